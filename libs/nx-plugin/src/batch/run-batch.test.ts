import { existsSync } from 'node:fs';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning } from '@ml-platform/pipeline';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeWorkspace, type Workspace } from '../testing/workspace.ts';

const FIXTURE = fileURLToPath(new URL('../fixtures/wide', import.meta.url));
const PID_LOG = join(tmpdir(), `pids-${process.pid}.log`);

let workspace: Workspace;
beforeAll(async () => {
  workspace = await makeWorkspace('wide', FIXTURE, {
    files: { 'apps/wide/.env': 'GREETING=hello\n' },
    env: { PID_LOG },
  });
}, 60_000);
afterAll(async () => {
  for (const path of [workspace.root, PID_LOG]) await rm(path, { recursive: true, force: true });
});
beforeEach(() => writeFile(PID_LOG, ''));

const run = (...args: string[]) => workspace.nx('run', 'wide:run', ...args).ended;
const result = (step: string) => readFile(join(workspace.project, 'artifacts', step, 'result.json'), 'utf8');
const exists = (step: string) => existsSync(join(workspace.project, 'artifacts', step));
const pids = async () => (await readFile(PID_LOG, 'utf8')).trim().split('\n').map(Number);

async function forget(): Promise<void> {
  for (const path of [
    join(workspace.root, '.nx'),
    join(workspace.project, 'artifacts'),
    join(workspace.project, 'runs'),
  ])
    await rm(path, { recursive: true, force: true });
}

test('many quick steps share a few processes, and end up in the cache', async () => {
  const { text, exitCode } = await run('--parallel=2');
  expect(exitCode, text).toBe(0);
  expect(await result('sum')).toBe('90');
  expect(await pids()).toHaveLength(12);
  // Two, but for a machine so busy that a step isn't quick.
  expect(new Set(await pids()).size).toBeLessThan(6);
  await rm(join(workspace.project, 'artifacts'), { recursive: true });
  const again = await run('--outputStyle=static');
  expect(again.text).toContain('25/26 hit');
  expect(again.text).toContain('[part7] number 7, hello');
  expect(await pids()).toHaveLength(12);
  expect(await result('sum')).toBe('90');
}, 60_000);

test('a parameter reaches them, and what a change does not touch is left', async () => {
  const { text, exitCode } = await run('--param', 'part.scale=2');
  expect(exitCode, text).toBe(0);
  expect(await result('sum')).toBe('168');
  const one = await workspace.nx('run', 'wide:part3', '--param', 'scale=3').ended;
  expect(one.exitCode, one.text).toBe(0);
  expect(await result('part3')).toBe('9');
  expect(await result('part4')).toBe('8');
}, 60_000);

test.each([
  ['throw', /step 'part5' of 'wide' failed: told to/],
  ['die', /error: the process that ran the step was ended \(SIGKILL\)/],
])(
  'of a step that fails (%s) it says why, runs what does not follow from it, and skips the rest',
  async (does, reason) => {
    await forget();
    const { text, exitCode } = await run('--param', 'part.odd=5', '--param', `part.does=${does}`);
    expect(exitCode).toBe(1);
    expect(text).toMatch(reason);
    expect(await result('next12')).toBe('13');
    expect(['part5', 'next5', 'sum'].filter(exists)).toEqual([]);
    const mended = await run();
    expect(mended.exitCode, mended.text).toBe(0);
    expect(await result('sum')).toBe('90');
  },
  60_000,
);

test.each(['SIGINT', 'SIGKILL'] as const)(
  'told to end (%s), Nx leaves no step behind',
  async (signal) => {
    await forget();
    const started = workspace.nx('run', 'wide:run', '--param', 'part.odd=2', '--param', 'part.does=wait');
    await expect.poll(async () => (await pids()).length, { timeout: 20_000 }).toBe(12);
    started.kill(signal);
    await started.ended;
    // A step that doesn't heed it has five seconds.
    await expect.poll(async () => (await pids()).some(isRunning), { timeout: 10_000 }).toBe(false);
    expect(exists('part2')).toBe(false);
    // One that was killed leaves what it had begun, until the next run.
    const mended = await run();
    expect(mended.exitCode, mended.text).toBe(0);
    expect((await readdir(join(workspace.project, 'artifacts'))).filter((name) => name.includes('.tmp-'))).toEqual([]);
  },
  60_000,
);
