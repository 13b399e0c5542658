import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { isRunning } from '../process/is-running.ts';
import { type NumbersProject, numbersProject, RUN_STEP } from '../testing/numbers-project.ts';
import { loadPipeline } from './load-pipeline.ts';
import { runStep } from './run-step.ts';

let numbers: NumbersProject;
let project: string;
beforeEach(async () => {
  numbers = await numbersProject();
  project = numbers.folder;
});
afterEach(() => numbers.remove());

const run = async (step: string, ...params: string[]) => runStep(await loadPipeline(numbers.file), { step, params });
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
  expect(await numbers.artifacts()).toEqual([]);
});

test('a failed run leaves the last good artifacts as they were', async () => {
  await run('count', 'upTo=3');
  await expect(run('count', 'upTo=-1')).rejects.toThrow('count.upTo');
  await expect(run('count', 'upTo=666')).rejects.toThrow('too many');
  expect(await artifact('count/numbers.json')).toEqual([1, 2, 3]);
});

test('the command prints one JSON line', async () => {
  const done = await numbers.command(['--step', 'count', '--param', 'upTo=2', '--json']);
  expect(JSON.parse(done.stdout)).toMatchObject({ step: 'count', status: 'done' });
});

test.each(['endless', 'stubborn'])(
  'the step %s ends with the Nx that started it',
  async (step) => {
    const nx = startAsNxDoes(step);
    const pid = await pidOf(step);
    nx.kill('SIGKILL');
    await expect.poll(() => isRunning(pid), { timeout: 15_000 }).toBe(false);
    expect(await numbers.artifacts()).toEqual([]);
  },
  30_000,
);

test('a step that is told to stop says by whom', async () => {
  const command = numbers.command(['--step', 'endless']);
  process.kill(await pidOf('endless'), 'SIGTERM');
  expect(await command).toMatchObject({
    exitCode: 8,
    stderr: "error: step 'endless' of 'numbers' was stopped: SIGTERM\nhint:  run it again: npx nx run numbers:endless",
  });
});

/** Through a shell, which outlives it, and with its own process id in the environment. */
function startAsNxDoes(step: string) {
  const command = [process.execPath, RUN_STEP, '--pipeline', numbers.file, '--step', step].join(' ');
  const script = `
    const env = { ...process.env, NX_INVOCATION_ANCESTOR_PIDS: String(process.pid) };
    require('node:child_process').spawn('sh', ['-c', ${JSON.stringify(`${command}; true`)}], { env, stdio: 'ignore' });
    setTimeout(() => {}, 60000);
  `;
  return execa(process.execPath, ['-e', script], { reject: false });
}

/** Of the process that holds a step's lock, as soon as there is one. */
async function pidOf(step: string): Promise<number> {
  const read = () => readFile(join(project, 'artifacts/.locks', `${step}.pid`), 'utf8').catch(() => '');
  await expect.poll(read, { timeout: 10_000 }).not.toBe('');
  return Number(await read());
}
