import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyRepository, type Editor } from '../testing/next-version.ts';
import { plainEnvironment } from '../testing/packed-command.ts';
import { type Registry, startRegistry } from '../testing/registry.ts';
import { publish } from './publish.ts';
import { versionOf } from './version.ts';

const MINUTES = 60_000;

let copy: Editor;
let registry: Registry;

beforeAll(async () => {
  copy = copyRepository(mkdtempSync(join(tmpdir(), 'releasing-')));
  for (const name of readdirSync(join(copy.folder, '.changeset')).filter((file) => file.endsWith('.md'))) {
    if (name !== 'README.md') copy.remove(`.changeset/${name}`);
  }
  run('npm', 'run', '--silent', 'format');
  commit('Before');
  registry = await startRegistry();
}, 5 * MINUTES);

afterAll(async () => {
  await registry?.stop();
  rmSync(copy.folder, { recursive: true, force: true });
});

function run(program: string, ...args: string[]): string {
  const env = plainEnvironment({ HOME: process.env.HOME });
  return execFileSync(program, args, { cwd: copy.folder, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}

function commit(message: string): void {
  run('git', 'add', '--all');
  run('git', 'commit', '--quiet', '--message', message);
}

function publishHere(dryRun = false) {
  const { url, userConfig } = registry;
  const settings = { npm_config_registry: url, npm_config_userconfig: userConfig };
  const env = plainEnvironment({ ...settings, npm_config_cache: join(copy.folder, 'node_modules/.npm') });
  return publish(copy.folder, { dryRun, folder: join(copy.folder, 'dist'), env });
}

test(
  'changesets become a version with its changelog, and all that CI formats and locks is as it was',
  async () => {
    const before = versionOf(copy.folder);
    copy.write(
      '.changeset/a.md',
      '---\n"@ml-platform/create-ml-platform": minor\n---\n\nDeploys by itself\n\nFrom dev to prod.\n',
    );
    commit('Say so');
    run('npm', 'run', '--silent', 'release:version');
    const [major = 0, minor = 0] = before.split('.').map(Number);
    const after = `${major}.${minor + 1}.0`;
    expect(versionOf(copy.folder)).toBe(after);
    const app = 'apps/create-ml-platform';
    expect(JSON.parse(copy.read('package-lock.json')).packages[app].version).toBe(after);
    const changed = run('git', 'status', '--porcelain').trim().split('\n');
    expect(changed.map((line) => line.trim()).sort()).toEqual([
      `?? ${app}/CHANGELOG.md`,
      'D .changeset/a.md',
      `M ${app}/package.json`,
      'M package-lock.json',
    ]);
    commit('Release');
  },
  5 * MINUTES,
);

test(
  'the version is published once, with a tag and its part of the changelog',
  async () => {
    const version = versionOf(copy.folder);
    expect(await publishHere(true)).toMatchObject({ version, published: false });
    expect(run('git', 'tag')).toBe('');
    const { tarball, ...first } = await publishHere();
    expect(first).toEqual({
      version,
      published: true,
      tag: `v${version}`,
      notes: expect.stringMatching(/^### Minor Changes\n\n- \w{7}: Deploys by itself\n\n {2}From dev to prod\.\n$/),
    });
    expect(run('git', 'tag')).toBe(`v${version}\n`);
    const response = await fetch(`${registry.url}create-ml-platform/-/create-ml-platform-${version}.tgz`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(readFileSync(tarball));
    expect(await publishHere()).toMatchObject({ version, published: false });
  },
  5 * MINUTES,
);

test(
  'a registry that refuses is no success',
  async () => {
    copy.replace('apps/create-ml-platform/package.json', versionOf(copy.folder), '9.0.0');
    commit('Nine');
    const env = plainEnvironment({ npm_config_registry: registry.url, npm_config_userconfig: '/dev/null' });
    const refused = publish(copy.folder, { folder: join(copy.folder, 'dist'), env });
    await expect(refused).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringMatching(/npm does not/),
    });
    expect(run('git', 'tag', '--list', 'v9.0.0')).toBe('');
  },
  5 * MINUTES,
);
