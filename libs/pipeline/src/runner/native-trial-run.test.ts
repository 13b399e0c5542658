import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject, RUN_STEP } from '../testing/numbers-project.ts';
import { execa } from 'execa';

let numbers: NumbersProject;
let store: string;
beforeEach(async () => {
  numbers = await numbersProject();
  const text = await readFile(numbers.file, 'utf8');
  // A search behind a gate, and whatever follows from it.
  const gated = 'add(fit, { numbers: counted.numbers }, { when: summed.metrics.get("sum").atLeast(5) });';
  await writeFile(numbers.file, text.replace('add(fit, { numbers: counted.numbers });', gated));
  store = join(numbers.folder, 'store');
});
afterEach(() => numbers.remove());

const read = async (...path: string[]) => JSON.parse(await readFile(join(store, ...path), 'utf8'));

async function run(...args: string[]) {
  const { exitCode, stdout, stderr } = await numbers.command(args);
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

async function prepare(where: readonly string[], upTo = 3): Promise<void> {
  for (const step of ['count', 'add-up']) await run('--step', step, ...where, '--param', `count.upTo=${upTo}`);
}

const TRIALS = [
  ['0.5', '1'],
  ['3e+00', '2.0'],
  ['3', '3'],
] as const;

/** As SageMaker starts a trial: the one word, and a file of texts. */
async function train(place: string, rate: string, power: string) {
  const file = join(numbers.folder, 'hyperparameters.json');
  const options = {
    pipeline: numbers.file,
    step: 'fit',
    store: place,
    'params-json': '{"fit":{"label":"x","rate":9}}',
    retry: 'true',
    reuse: 'false',
    _tuning_objective_metric: 'metrics.error',
    'trial.rate': rate,
    'trial.power': power,
  };
  await writeFile(file, JSON.stringify(options));
  return execa(process.execPath, [RUN_STEP, 'train', file]);
}

test.each(['a folder', 'a URI'])(
  'an engine runs trials on %s, then the best one is what the step leaves',
  async (kind) => {
    const place = kind === 'a URI' ? pathToFileURL(store).href : store;
    await mkdir(store);
    await prepare(['--store', place]);
    for (const [rate, power] of TRIALS) {
      const { stdout } = await train(place, rate, power);
      expect(stdout).toMatch(/^\[fit\] metric metrics\.error=[\d.]+$/m);
    }
    expect(existsSync(join(store, 'artifacts/fit'))).toBe(false);
    const ids = await readdir(join(store, 'trials/fit'));
    expect(ids).toHaveLength(3);
    await train(place, '3', '3');
    expect(await readdir(join(store, 'trials/fit'))).toEqual(ids);

    const metric = join(numbers.folder, 'error');
    await run('--step', 'fit', '--best-trial', '--store', place, '--metric', `metrics.error=${metric}`);
    expect((await readdir(join(store, 'artifacts/fit'))).sort()).toEqual(['chosen.json', 'metrics.json']);
    const best = { rate: 3, power: 2, label: 'x' };
    expect(await read('artifacts/fit/chosen.json')).toEqual(best);
    expect(await readFile(metric, 'utf8')).toBe('0');
    const { run: record, inputs } = await read('runs/fit.json');
    expect(record.facets.parameters.values).toEqual(best);
    expect(inputs.map(({ name }: { name: string }) => name)).toEqual(['artifacts/count/numbers.json']);
    const { trials } = record.facets.trials;
    expect(trials).toHaveLength(3);
    expect(trials).toContainEqual({ params: { rate: 3, power: 3, label: 'x' }, value: 1 });
    expect(trials).toContainEqual({ params: best, value: 0 });
  },
);

test('of equal ones the best is the one whose id sorts first; one that was cut off does not count', async () => {
  await prepare(['--store', store]);
  for (const rate of ['2', '4'])
    await run('--step', 'fit', `--trial.rate=${rate}`, '--trial.power=2', '--store', store);
  const [first = '', second = ''] = (await readdir(join(store, 'trials/fit'))).sort();
  const { params } = await read('trials/fit', first, 'trial.json');
  await run('--step', 'fit', '--best-trial', '--store', store);
  expect(await read('artifacts/fit/chosen.json')).toEqual(params);
  await rm(join(store, 'trials/fit', first, 'trial.json'));
  await run('--step', 'fit', '--best-trial', '--store', store);
  expect(await read('artifacts/fit/chosen.json')).toEqual((await read('trials/fit', second, 'trial.json')).params);
});

test('trials in a place that both tasks know, and a trial whose artifacts go where it is told', async () => {
  await prepare(['--store', store]);
  const inputs = [
    '--input',
    `count=${join(store, 'artifacts/count')}`,
    '--input',
    `add-up=${join(store, 'artifacts/add-up')}`,
  ];
  for (const place of [join(store, 'apart'), pathToFileURL(join(store, 'uri')).href]) {
    for (const [rate, power] of TRIALS)
      await run('--step', 'fit', `--trial.rate=${rate}`, `--trial.power=${power}`, ...inputs, '--trials', place);
    await run('--step', 'fit', '--best-trial', ...inputs, '--trials', place, '--output', `fit=${join(store, 'best')}`);
    expect(await read('best/metrics.json')).toEqual({ error: 0 });
    await rm(join(store, 'best'), { recursive: true });
  }
  const out = join(store, 'out');
  await run('--step', 'fit', '--trial.rate=3', '--trial.power=1', ...inputs, '--output', `fit=${out}`);
  expect((await readdir(out)).sort()).toEqual(['chosen.json', 'metrics.json', 'trial.json']);
  expect(await read('out/trial.json')).toEqual({ params: { rate: 3, power: 1, label: '' }, value: 1 });
});

test('where the gate says no, a trial leaves a note and a number for its engine, and the best one a note', async () => {
  await prepare(['--store', store], 1);
  const inputs = [
    '--input',
    `count=${join(store, 'artifacts/count')}`,
    '--input',
    `add-up=${join(store, 'artifacts/add-up')}`,
  ];
  const trial = ['--step', 'fit', '--trial.rate=3', '--trial.power=1'];
  const env = { CLOUD_ML_TRIAL_ID: '1', CLOUD_ML_HP_METRIC_FILE: join(store, 'hypertune') };
  const place = ['--trials', join(store, 'apart'), '--output', `fit=${join(store, 'out')}`];
  const { exitCode, stderr } = await numbers.command([...trial, ...inputs, ...place], env);
  expect(exitCode, stderr).toBe(0);
  expect(await read('hypertune')).toMatchObject({ 'metrics.error': '0', trial: '1' });
  expect(await readdir(join(store, 'out'))).toEqual(['skipped.json']);
  await run('--step', 'fit', '--best-trial', ...inputs, ...place);
  for (const where of [store, pathToFileURL(store).href]) {
    expect(await run(...trial, '--store', where)).toContain('skipped: add-up.sum = 1 is not >= 5');
    expect(existsSync(join(store, 'artifacts/fit'))).toBe(false);
    await run('--step', 'fit', '--best-trial', '--store', where);
    expect(await readdir(join(store, 'artifacts/fit'))).toEqual(['skipped.json']);
    await rm(join(store, 'artifacts/fit'), { recursive: true });
  }
});

test('the best of no trials, and what goes together in no way, are errors', async () => {
  await prepare(['--store', store]);
  const refused = async (...args: string[]) => {
    const { exitCode, stderr } = await numbers.command(args);
    return `${exitCode} ${stderr}`;
  };
  for (const where of [store, pathToFileURL(store).href]) {
    const none = await refused('--step', 'fit', '--best-trial', '--store', where);
    expect(none).toMatch(/^7 error: step 'fit' of 'numbers' has no trial that is done in .*trials\/fit/);
    expect(none).toContain('run-step --step fit --trial.rate=… --trial.power=…');
  }
  expect(await refused('--step', 'fit', '--best-trial', '--trial.rate=1')).toContain(
    '--trial runs a trial, and --best-trial follows them all',
  );
  expect(await refused('--all', '--best-trial')).toContain('--best-trial is of one step, and --all runs every one');
  expect(await refused('--step', 'fit', '--trials', 'x', '--store', store)).toContain('--store holds the trials');
  expect(await refused('--step', 'count', '--best-trial')).toContain("step 'count' of 'numbers' doesn't search");
  expect(await refused('--step', 'count', '--trial.rate=1')).toContain("step 'count' of 'numbers' doesn't search");
});

test('train without its file, or with another kind of file, is an error', async () => {
  const file = join(numbers.folder, 'none.json');
  const call = () => execa(process.execPath, [RUN_STEP, 'train', file], { reject: false });
  expect(await call()).toMatchObject({
    exitCode: 7,
    stderr: expect.stringContaining('there are no hyperparameters at'),
  });
  await writeFile(file, '{"step": 1}');
  expect(await call()).toMatchObject({ exitCode: 4, stderr: expect.stringContaining('holds no texts by name') });
});
