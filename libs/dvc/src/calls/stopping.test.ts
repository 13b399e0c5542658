import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { dvcEnvironment } from '../testing/dvc-environment.ts';
import { holdLock } from '../testing/hold-lock.ts';
import { type Repository, repository } from '../testing/repository.ts';

/** A child of a shell in the background ignores SIGINT. */
const PIPELINE = `stages:
  wait:
    cmd: sh -c 'sleep 300 & echo $! > pid; wait'
    outs: [never]
`;
const PROGRAM = fileURLToPath(new URL('./fixtures/repro.ts', import.meta.url));

let repo: Repository;
let command: string;
beforeAll(async () => {
  repo = await repository({ 'dvc.yaml': PIPELINE });
  command = join(await dvcEnvironment(), 'dvc');
}, 300_000);
afterAll(() => repo.remove());

test('a signal ends the stage and its children; the repository is free again', async () => {
  const { dvc } = repo;
  const controller = new AbortController();
  const run = repo.open({ graceSeconds: 0.5 }).repro([], { signal: controller.signal });
  const queued = dvc.status([], { signal: controller.signal });
  const settled = Promise.allSettled([run, queued]);
  const pid = await sleeper();
  controller.abort(new Error('enough'));
  expect(await settled).toMatchObject([{ reason: { message: 'enough' } }, { reason: { message: 'enough' } }]);
  await gone(pid);
  expect(await dvc.status()).toEqual({ wait: [{ 'changed outs': { never: 'deleted' } }] });
});

test('a path that a run of another process holds: who that is', async () => {
  const bare = execa(command, ['repro'], { cwd: repo.folder, reject: false, detached: true, env: { CI: '1' } });
  const pid = await sleeper();
  await expect(repo.dvc.status()).rejects.toMatchObject({
    reason: 'busy',
    code: 'busy',
    pids: [bare.pid],
    message: expect.stringContaining(`process ${bare.pid} (`),
  });
  process.kill(-Number(bare.pid), 'SIGKILL');
  await bare;
  await gone(pid);
});

test('a signal to the program that called: DVC and its stage end with it', async () => {
  const program = spawn(process.execPath, [PROGRAM, repo.folder, command], { stdio: 'ignore' });
  const pid = await sleeper();
  program.kill('SIGTERM');
  expect(await once(program, 'exit')).toEqual([null, 'SIGTERM']);
  await gone(pid);
});

test('a lock that another process holds is tried for again, and taken when it is free', async () => {
  const release = await holdLock(repo.folder, command);
  const said: string[] = [];
  const log = (line: string) => {
    said.push(line);
    if (line.startsWith('another DVC process')) void release();
  };
  expect(await repo.open({ log }).status()).toHaveProperty('wait');
  expect(said).toContainEqual(expect.stringMatching(/^another DVC process holds the lock; trying again in 0\.\d s$/));
}, 60_000);

/** The stage's child, once it is there. */
async function sleeper(): Promise<number> {
  const file = repo.path('pid');
  const text = await vi.waitFor(
    async () => {
      const read = await readFile(file, 'utf8');
      expect(read).toMatch(/^\d+\n$/);
      return read;
    },
    { timeout: 30_000 },
  );
  await rm(file);
  return Number(text);
}

/** A killed process may need a moment to be taken off the machine. */
async function gone(pid: number): Promise<void> {
  await vi.waitFor(async () => expect(await isRunning(pid)).toBe(false), { timeout: 10_000 });
}

/** What nobody waits for may stay in the table. */
async function isRunning(pid: number): Promise<boolean> {
  const { stdout } = await execa('ps', ['-o', 'stat=', '-p', String(pid)], { reject: false });
  return stdout !== '' && !stdout.startsWith('Z');
}
