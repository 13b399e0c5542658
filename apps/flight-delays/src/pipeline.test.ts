import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { loadPipeline, pythonEnvironment, runStep } from '@ml-platform/pipeline';
import { openSqliteRegistry } from '@ml-platform/registry';
import { loadModel } from '@ml-platform/serving';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { copyOfWorkspace, type WorkspaceCopy } from './testing/copy-of-workspace.ts';

const PROJECT = fileURLToPath(new URL('../', import.meta.url));
/** The first use of a Python environment downloads it. */
const MINUTES = 60_000;

const SMALL = {
  ingest: ['rows=40000'],
  train: ['trials=2', 'sampleRows=20000', 'minFoldRows=1000', 'searchTrees=10', 'trees=20'],
};

let copy: WorkspaceCopy;
let project: string;
beforeAll(async () => {
  copy = await copyOfWorkspace();
  project = copy.project;
  await runAll(project);
}, 10 * MINUTES);
afterAll(() => copy.remove());

async function runAll(folder: string): Promise<void> {
  for (const step of ['ingest', 'validate', 'features', 'train', 'evaluate', 'register'])
    await run(folder, step, SMALL[step as keyof typeof SMALL]);
}

async function run(folder: string, step: string, params: readonly string[] = []) {
  const lines: string[] = [];
  const pipeline = await loadPipeline(join(folder, 'src/pipeline.ts'));
  try {
    return await runStep(pipeline, { step, params, log: (line) => void lines.push(line) });
  } catch (thrown) {
    throw new Error([...lines, String(thrown)].join('\n'), { cause: thrown });
  }
}

const artifact = async (path: string) =>
  JSON.parse(await readFile(join(project, 'artifacts', path), 'utf8')) as Record<string, number>;

test('the model beats the baseline on a later month, and is the same inside ONNX', async () => {
  const evaluated = await artifact('evaluate/metrics.json');
  expect(evaluated.auc).toBeGreaterThan(evaluated.baselineAuc ?? 1);
  expect(evaluated.logLoss).toBeLessThan(evaluated.baselineLogLoss ?? 0);
  const trained = await artifact('train/metrics.json');
  const { trainingRows, testRows } = await artifact('features/metrics.json');
  expect(trained.parityMaxDifference).toBeLessThan(1e-5);
  expect(trained.rows).toBe(trainingRows);
  expect(evaluated.rows).toBe(testRows);
});

test('the model answers for its example, for an airport it never saw, a missing number, and without its airports’ delays', async () => {
  const model = await loadModel(join(project, 'artifacts/train/model'));
  try {
    const { example, signature } = model.manifest;
    expect(signature.inputs.map(({ name }) => name)).not.toContain('minute');
    const delays = Object.keys(example).filter((name) => name.includes('_late_'));
    expect(delays).toHaveLength(7);
    const unknown = Object.fromEntries(delays.map((name) => [name, null]));
    const asked = [example, { ...example, origin: 'XXX' }, { ...example, distance: null }, { ...example, ...unknown }];
    const { columns } = await model.predict(asked);
    for (const chance of columns.delay_probability ?? []) {
      expect(chance).toBeGreaterThan(0);
      expect(chance).toBeLessThan(1);
    }
  } finally {
    await model.close();
  }
});

test('the registered model is the champion', async () => {
  const registry = await openSqliteRegistry(join(project, '../../models'), { create: false });
  try {
    const { version, metrics } = await registry.get('flight-delays', 'champion');
    expect(version).toBe((await artifact('register/version.json')).version);
    expect(metrics.auc).toBe((await artifact('evaluate/metrics.json')).auc);
  } finally {
    await registry.close();
  }
});

test(
  'folds with too few rows fail the step, and say what to change',
  async () => {
    await expect(run(project, 'train', ['sampleRows=20000', 'minFoldRows=5000'])).rejects.toThrow(
      /the fold of 200103 validates on \d+ rows, fewer than minFoldRows \(5000\): raise train.sampleRows/,
    );
  },
  MINUTES,
);

test(
  "the Python modules' own tests pass",
  async () => {
    const python = await pythonEnvironment(join(PROJECT, 'requirements.txt'));
    const options = { cwd: join(PROJECT, 'src/steps'), env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } };
    const { stderr } = await promisify(execFile)(python, ['-m', 'unittest', 'discover', '-p', '*_test.py'], options);
    expect(stderr).toMatch(/Ran [1-9]\d* tests.*OK/s);
  },
  MINUTES,
);
