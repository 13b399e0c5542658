import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const page = readFileSync(join(WORKSPACE, 'docs/images.md'), 'utf8');
const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, text = '']) => text.replaceAll(/\\\n\s*/g, ''));
/** Of projects that are there: an example can be left out of a workspace. */
const blocksHere = blocks.filter((text) => existsSync(join(WORKSPACE, /bundle (\S+)/.exec(text)?.[1] ?? '')));

test.each(blocksHere)('%s', async (text) => {
  const [bundle = '', build = '', run = ''] = text.trim().split('\n');
  const env = { NX_DAEMON: 'false', NX_TUI: 'false' };
  const [, ...args] = bundle.split(' ');
  const { exitCode, all } = await execa('npx', args, {
    cwd: WORKSPACE,
    env,
    all: true,
    reject: false,
    preferLocal: true,
  });
  expect(exitCode, all).toBe(0);

  const [, file = '', target, tag, context = ''] =
    /^docker build --file (\S+) (?:--target (\S+) )?--tag (\S+) (\S+)$/.exec(build) ?? [];
  if (target) expect(readFileSync(join(WORKSPACE, file), 'utf8')).toMatch(new RegExp(`^FROM \\S+ AS ${target}$`, 'm'));
  else expect(existsSync(join(WORKSPACE, file))).toBe(true);

  const [, ...command] = run
    .slice(run.indexOf(` ${tag} `))
    .trim()
    .split(' ');
  const [name, ...given] = command[0]?.startsWith('--') ? ['model-server', ...command] : command;
  const known = await execa(join(WORKSPACE, context, 'bin', name ?? ''), ['--help'], {
    preferLocal: true,
    localDir: WORKSPACE,
  });
  for (const option of given.filter((word) => word.startsWith('--'))) expect(known.stdout).toContain(option);
});
