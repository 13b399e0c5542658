import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { HOOK_HELP } from './hook.ts';

const hooks = readdirSync(join(WORKSPACE, '.husky'), { withFileTypes: true })
  .filter((entry) => entry.isFile() && entry.name !== 'settings.json')
  .map(({ name }) => name);

test('each hook is one line, and in the help', () => {
  expect(hooks.length).toBeGreaterThan(4);
  for (const name of hooks) {
    expect(readFileSync(join(WORKSPACE, '.husky', name), 'utf8')).toBe(
      `node apps/platform/bin/hook.mjs ${name} "$@"\n`,
    );
    expect(HOOK_HELP).toContain(`npx platform hook ${name}`);
  }
});

const run = (folder: string, name: string, env: Record<string, string> = {}) =>
  execa(process.execPath, [join(folder, 'apps/platform/bin/hook.mjs'), name], {
    env: { CI: '', ...env },
    reject: false,
  });

/** A clone in which nothing is installed yet. */
async function freshClone() {
  const folder = await mkdtemp(join(tmpdir(), 'fresh-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, 'apps/platform'), { recursive: true });
  await cp(join(WORKSPACE, 'apps/platform/bin'), join(folder, 'apps/platform/bin'), { recursive: true });
  return folder;
}

test('a clone without packages says what to do, and holds up nothing that is done', async () => {
  const folder = await freshClone();
  const { exitCode, stderr } = await run(folder, 'pre-commit');
  expect(exitCode).toBe(5);
  expect(stderr).toBe(
    'pre-commit: nothing is installed here\n' +
      'hint:  npm ci brings what the hooks need, Node included; to go on without the checks, pass --no-verify to Git',
  );
  expect(await run(folder, 'post-checkout')).toMatchObject({ exitCode: 0 });
  expect(await run(folder, 'pre-commit', { CI: 'true' })).toMatchObject({ exitCode: 0, stderr: '' });
});

test('a Node too old for TypeScript is told so', async () => {
  const bin = JSON.stringify(join(WORKSPACE, 'apps/platform/bin/hook.mjs'));
  const old = `Object.defineProperty(process, 'versions', { value: { node: '20.20.0' } }); process.argv[2] = 'pre-commit'; await import(${bin});`;
  const args = ['--input-type=module', '-e', old, 'x', 'pre-commit'];
  const { exitCode, stderr } = await execa(process.execPath, args, { env: { CI: '' }, reject: false });
  expect(exitCode).toBe(5);
  expect(stderr).toContain("pre-commit: Git's hooks need Node 24 or newer");
});

test('a hook that is not there, and no message, are refused', async () => {
  const unknown = await run(WORKSPACE, 'pre-comit');
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    2,
    "error: there is no hook 'pre-comit'\nhint:  did you mean 'pre-commit'?",
  ]);
  const nothing = await run(WORKSPACE, 'commit-msg');
  expect([nothing.exitCode, nothing.stderr]).toEqual([2, expect.stringContaining('commit-msg needs the file')]);
});
