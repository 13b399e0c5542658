import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadPipeline } from './load-pipeline.ts';
import { runStep } from './run-step.ts';

const FIXTURES = fileURLToPath(new URL('./fixtures', import.meta.url));
const WORKSPACE = fileURLToPath(new URL('../../../../', import.meta.url));
const RUN_STEP = fileURLToPath(new URL('../../bin/run-step.mjs', import.meta.url));

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'run-step-'));
  await cp(FIXTURES, join(project, 'src'), { recursive: true });
  await writeFile(join(project, 'package.json'), '{ "name": "numbers", "type": "module" }');
  await writeFile(join(project, 'requirements.txt'), '');
  await symlink(join(WORKSPACE, 'node_modules'), join(project, 'node_modules'));
});
afterEach(() => rm(project, { recursive: true, force: true }));

const file = () => join(project, 'src', 'pipeline.ts');
const run = async (step: string, ...params: string[]) => runStep(await loadPipeline(file()), { step, params });
const artifact = async (path: string): Promise<unknown> =>
  JSON.parse(await readFile(join(project, 'artifacts', path), 'utf8'));

test('steps in TypeScript and Python hand artifacts on, gates decide, loops run per item', async () => {
  await run('count', 'upTo=3');
  expect(await artifact('count/numbers.json')).toEqual([1, 2, 3]);
  const summed = await run('add-up');
  expect(summed.status).toBe('done');
  expect(await artifact('add-up/metrics.json')).toEqual({ sum: 6 });
  await run('square');
  expect(await readdir(join(project, 'artifacts/square/squared.json'))).toEqual([
    '000000.json',
    '000001.json',
    '000002.json',
  ]);
  await run('gather');
  expect(await artifact('gather/all.json')).toEqual([1, 4, 9]);
  expect((await run('celebrate')).status).toBe('done');
});

test('a gate that says no skips the step and what follows it', async () => {
  await run('count', 'upTo=1');
  await run('add-up');
  expect(await run('celebrate')).toMatchObject({ status: 'skipped', reason: 'add-up.sum = 1 is not >= 5' });
  expect(await run('after-party')).toMatchObject({ status: 'skipped', reason: "'celebrate' was skipped" });
  expect(await artifact('celebrate/skipped.json')).toEqual({ reason: 'add-up.sum = 1 is not >= 5' });
});

test('the run record is an OpenLineage event with the hashes of what went in and out', async () => {
  await run('count', 'upTo=3');
  await run('add-up');
  const record = JSON.parse(await readFile(join(project, 'runs/add-up.json'), 'utf8')) as Record<string, unknown>;
  expect(record).toMatchObject({
    eventType: 'COMPLETE',
    job: { namespace: 'numbers', name: 'add-up' },
    inputs: [
      {
        name: 'artifacts/count/numbers.json',
        facets: { version: { datasetVersion: expect.stringMatching(/^[0-9a-f]{64}$/) } },
      },
    ],
    outputs: [{ name: 'artifacts/add-up/metrics.json' }],
  });
});

test.each([
  ['forgetful', "step 'forgetful' did not write its output 'text'"],
  ['wordy', "output 'text' of step 'wordy' is not JSON"],
  ['failing', "step 'failing' of 'numbers' failed: the well is dry"],
  ['slow', "step 'slow' of 'numbers' took longer than its timeout of 1s"],
  ['gather', "artifacts/square/squared.json isn't there"],
  ['nothing', "pipeline 'numbers' has no step 'nothing'"],
])('%s: one clear error, and nothing half-written', async (step, message) => {
  await expect(run(step)).rejects.toThrow(message);
  expect((await readdir(join(project, 'artifacts')).catch(() => [])).filter((name) => name !== '.locks')).toEqual([]);
});

test('a failed run leaves the last good artifacts as they were', async () => {
  await run('count', 'upTo=3');
  await expect(run('count', 'upTo=-1')).rejects.toThrow('count.upTo');
  await expect(run('count', 'upTo=666')).rejects.toThrow('too many');
  expect(await artifact('count/numbers.json')).toEqual([1, 2, 3]);
});

test('the command prints one JSON line, or one error with its exit code', async () => {
  const command = (...args: string[]) =>
    execa(process.execPath, [RUN_STEP, '--pipeline', file(), ...args], { reject: false });
  const done = await command('--step', 'count', '--param', 'upTo=2', '--json');
  expect(JSON.parse(done.stdout)).toMatchObject({ step: 'count', status: 'done' });
  const forgetful = await command('--step', 'forgetful');
  expect(forgetful.exitCode).toBe(8);
  expect(forgetful.stderr).toMatch(/^error: step 'forgetful' did not write its output 'text'\nhint: {2}write it/);
  expect((await command('--stepp', 'count')).exitCode).toBe(2);
});

test('a step ends with the process that started it, and its lock is taken over', async () => {
  await mkdir(join(project, 'artifacts'), { recursive: true });
  const command = [process.execPath, RUN_STEP, '--pipeline', file(), '--step', 'endless'].join(' ');
  const script = `require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`${command}; true`)}]); setTimeout(() => {}, 60000)`;
  const parent = execa(process.execPath, ['-e', script], { reject: false });
  const lock = join(project, 'artifacts/.locks/endless');
  await expect.poll(() => readFile(lock, 'utf8').catch(() => ''), { timeout: 10_000 }).not.toBe('');
  const holder = Number((await readFile(lock, 'utf8')).split(' ')[0]);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(holder), { timeout: 10_000 }).toBe(false);
  await expect(run('endless', 'endless.forSeconds=0')).resolves.toMatchObject({ status: 'done' });
}, 30_000);

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
