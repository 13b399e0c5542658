import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';

let numbers: NumbersProject;
let store: string;
beforeEach(async () => {
  numbers = await numbersProject();
  store = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await numbers.remove();
  await rm(store, { recursive: true });
});

test('a store holds what the steps of a run hand on, and the project nothing of it', async () => {
  const params = ['--params-json', '{"count":{"upTo":3}}'];
  for (const step of ['count', 'add-up', 'celebrate']) {
    const { exitCode, stderr } = await numbers.command(['--step', step, '--store', store, ...params]);
    expect(exitCode, stderr).toBe(0);
  }
  expect(JSON.parse(await readFile(join(store, 'artifacts/add-up/metrics.json'), 'utf8'))).toEqual({ sum: 6 });
  const record = JSON.parse(await readFile(join(store, 'runs/add-up.json'), 'utf8'));
  expect(record.inputs[0].name).toBe('artifacts/count/numbers.json');
  expect(existsSync(join(numbers.folder, 'artifacts'))).toBe(false);
});

test('a store by its URI: gates to yes and to no, loops, and nothing left of the folder it ran in', async () => {
  const uri = pathToFileURL(store).href;
  const run = async (step: string, upTo: number) => {
    const args = ['--step', step, '--store', uri, '--params-json', JSON.stringify({ count: { upTo } }), '--json'];
    const { exitCode, stdout, stderr } = await numbers.command(args);
    expect(exitCode, stderr).toBe(0);
    const { status, outputs } = JSON.parse(stdout);
    for (const path of Object.values<string>(outputs)) expect(path).toMatch(new RegExp(`^artifacts/${step}/`));
    return status as string;
  };
  for (const step of ['count', 'add-up', 'square', 'gather', 'celebrate']) expect(await run(step, 3)).toBe('done');
  expect(JSON.parse(await readFile(join(store, 'artifacts/gather/all.json'), 'utf8'))).toEqual([1, 4, 9]);
  for (const step of ['count', 'add-up']) await run(step, 1);
  expect(await run('celebrate', 1)).toBe('skipped');
  expect(await run('after-party', 1)).toBe('skipped');
  expect(existsSync(join(store, 'artifacts/celebrate/skipped.json'))).toBe(true);
  expect(existsSync(join(store, 'runs/celebrate.json'))).toBe(false);
  expect(existsSync(join(numbers.folder, 'artifacts'))).toBe(false);
});

test('parameters of a run can lie in an object store: an engine may take no long text', async () => {
  const file = join(store, 'params.json');
  await writeFile(file, '{"count":{"upTo":2}}');
  const { exitCode, stderr } = await numbers.command(['--step', 'count', '--params-json', pathToFileURL(file).href]);
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(join(numbers.folder, 'artifacts/count/numbers.json'), 'utf8')).toBe('[1,2]');
});

test('--all runs every step in this process, each after what it needs, until one fails', async () => {
  const { exitCode, stdout, stderr } = await numbers.command([
    '--all',
    '--store',
    store,
    '--param',
    'count.upTo=3',
    '--json',
  ]);
  expect(exitCode).toBe(8);
  expect(stderr).toContain("step 'failing' of 'numbers' failed: the well is dry");
  const results = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(results.map(({ step }) => step)).toEqual(['count', 'add-up', 'square', 'gather', 'celebrate', 'after-party']);
  const refused = await numbers.command(['--all', '--item', '3']);
  expect(refused.stderr).toContain('--item is of one step, and --all runs every one');
});

test('--retry runs a failing step as often as it says', async () => {
  const { exitCode, stdout } = await numbers.command(['--step', 'failing', '--retry']);
  expect(exitCode).toBe(8);
  expect(stdout).toContain('the well is dry; attempt 2 of 2 in 0 s');
});

test('a metric goes alone into a file, for the gate of an engine; one that is not declared is refused', async () => {
  const uri = pathToFileURL(store).href;
  const file = join(store, 'out/sum');
  await numbers.command(['--step', 'count', '--store', uri, '--param', 'upTo=3']);
  const { exitCode, stdout, stderr } = await numbers.command([
    '--step',
    'add-up',
    '--store',
    uri,
    '--metric',
    `metrics.sum=${file}`,
  ]);
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(file, 'utf8')).toBe('6');
  expect(stdout).toContain('[add-up] metric metrics.sum=6\n');
  const refused = await numbers.command(['--step', 'add-up', '--metric', `metrics.some=${file}`]);
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain(
    "step 'add-up' declares no metric 'metrics.some'\nhint:  did you mean 'metrics.sum'?",
  );
});

test.each([
  [['--store', 'ftp://lake/runs'], 'ftp://lake/runs is no location in a store'],
  [['--params-json', '[1]'], '--params-json is [1], expected parameters by step'],
  [['--params-json', '{'], '--params-json is {, expected parameters by step'],
])('%j is a usage error', async (args, message) => {
  const { exitCode, stderr } = await numbers.command(['--step', 'count', ...args]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${message}`);
});
