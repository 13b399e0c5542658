import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '@ml-platform/errors';
import { parseRelease, releaseName } from '@ml-platform/registry/release';
import { describe, expect, test } from 'vitest';
import { IMAGE_HELP } from '../image/image.ts';
import { RELEASE_HELP } from '../release/release.ts';
import { WORKSPACE } from '../workspace.ts';
import { DEPLOY_HELP } from './options.ts';

const FILE = join(WORKSPACE, 'docs/deploy.md');
/** A project without a cloud lacks it. */
const GUIDE = existsSync(FILE) ? readFileSync(FILE, 'utf8') : '';
const HELPS: Readonly<Record<string, string>> = { image: IMAGE_HELP, release: RELEASE_HELP, deploy: DEPLOY_HELP };

const blocks = (language: string) =>
  [...GUIDE.matchAll(new RegExp(`\`\`\`${language}\\n(.*?)\`\`\``, 'gs'))].map(([, text = '']) => text);
const commands = blocks('sh').flatMap((text) => text.trim().split('\n'));
const own = commands.filter((line) => line.startsWith('npx platform '));

describe.skipIf(GUIDE === '')('docs/deploy.md', () => {
  test.each(own)('%s: the command and its flags are there', (line) => {
    const [, , name = '', ...words] = line.split(' ');
    const help = HELPS[name] ?? '';
    for (const flag of words.filter((word) => word.startsWith('--'))) expect(help).toMatch(new RegExp(`${flag}\\b`));
    const [second = ''] = words;
    if (!second.startsWith('--')) expect(help).toContain(`npx platform ${name} ${second}`);
  });

  test('each command of ours is in the guide', () => {
    const named = own.map((line) => /^npx platform (\w+ ?[a-z-]*)/.exec(line)?.[1]?.replace(/ -.*/, '').trim());
    const expected = [
      'image model-server',
      'release create',
      'deploy',
      'deploy promote',
      'deploy rollback',
      'deploy status',
    ];
    expect([...new Set(named)]).toEqual(expected);
  });

  test('the release that it shows is one', () => {
    const [text = ''] = blocks('json');
    const release = parseRelease(JSON.parse(text), 'docs/deploy.md');
    expect(release.release).toBe(releaseName(release.model, release.commit));
    expect(release.config).toEqual({ serving: { imageDigest: release.image.digest } });
  });

  test('the flags that it speaks of, and the exit codes, are those of the help', () => {
    const [, flags = ''] = /## Deploy\n(.*?)## The next/s.exec(GUIDE) ?? [];
    for (const [, flag = ''] of flags.matchAll(/`(--[\w-]+)`/g))
      expect(DEPLOY_HELP).toMatch(new RegExp(`^ +${flag}\\b`, 'm'));
    const codes = [...GUIDE.matchAll(/^\| (\d) +\|/gm)].map(([, code]) => Number(code));
    const { usage, config, environment, notFound, step } = EXIT_CODES;
    expect(codes).toEqual([0, usage, config, environment, notFound, step]);
    for (const code of codes) expect(DEPLOY_HELP).toMatch(new RegExp(`\\b${code} [a-z]`));
  });
});
