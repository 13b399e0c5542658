import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkspaceCopy } from './testing/copy-of-workspace.ts';
import { artifacts, edit, nx, smallCopy, STEPS } from './testing/small-run.ts';

const MINUTES = 60_000;
/** It acts on the registry, so it isn't cached. */
const ALWAYS = 'register';

let copy: WorkspaceCopy;
beforeAll(async () => {
  copy = await smallCopy();
  expect(await ran()).toEqual(STEPS);
}, 10 * MINUTES);
afterAll(() => copy.remove());

test('an unchanged pipeline is cached, and so is one with a changed test or document', async () => {
  expect(await ran()).toEqual([ALWAYS]);
  await writeFile(join(copy.project, 'src/steps/more.test.ts'), '// a test\n');
  await writeFile(join(copy.project, 'README.md'), '# Flights\n');
  await writeFile(join(copy.root, 'README.md'), '# A platform\n');
  expect(await ran()).toEqual([ALWAYS]);
});

test('a parameter of train reruns train and what follows', async () => {
  await edit(copy, 'params.yaml', 'trials: 2', 'trials: 3');
  expect(await ran()).toEqual(['train', 'evaluate', 'register']);
});

test('what the definition says of a step reruns it: a default of a Python step, a gate', async () => {
  await edit(
    copy,
    'src/steps/train.ts',
    'seed: z.int().nonnegative().default(7)',
    'seed: z.int().nonnegative().default(8)',
  );
  expect(await ran()).toEqual(['train', 'register']);
  await edit(copy, 'src/pipeline.ts', "above(metrics.get('baselineAuc'))", 'above(0.99)');
  const { text, exitCode } = await nx(copy, 'run', 'flight-delays:run');
  expect(exitCode, text).toBe(0);
  expect(text).toMatch(/\[register\] skipped: evaluate.auc = [\d.]+ is not > 0.99/);
  await edit(copy, 'src/pipeline.ts', 'above(0.99)', "above(metrics.get('baselineAuc'))");
  expect(await ran()).toEqual(['register']);
});

test('the feature query reruns features and what follows; as far as its result changes', async () => {
  await edit(copy, 'src/steps/features.sql', 'FROM flights\n', 'FROM flights -- as before\n');
  expect(await ran()).toEqual(['features', 'register']);
  await edit(copy, 'src/steps/features.sql', '::SMALLINT', '::INTEGER');
  expect(await ran()).toEqual(['features', 'train', 'evaluate', 'register']);
});

test('a new version of the package that the data comes in reruns ingest, and no step that sees the same rows', async () => {
  const file = join(copy.root, 'package-lock.json');
  const lock = JSON.parse(await readFile(file, 'utf8')) as Lock;
  Object.assign(lock.packages['node_modules/vega-datasets'] ?? {}, { version: '99.0.0', integrity: 'sha512-AAAA' });
  await writeFile(file, JSON.stringify(lock));
  expect(await ran()).toEqual(['ingest', 'register']);
});

test('affected runs the pipeline when its code, its parameters or a library changed, and not else', async () => {
  const affected = async (file: string) => (await nx(copy, 'affected', '-t', 'run', `--files=${file}`)).text;
  const changes = ['src/steps/features.sql', 'params.yaml'].map((file) => `apps/flight-delays/${file}`);
  for (const file of [...changes, 'libs/registry/src/names.ts'])
    expect(await affected(file), file).toContain('Successfully ran target run for project');
  expect(await affected('README.md')).toContain('No tasks were run');
});

test('graph shows each step with those that it waits for', async () => {
  const file = join(copy.root, 'graph.json');
  const { text, exitCode } = await nx(copy, 'graph', `--file=${file}`);
  expect(exitCode, text).toBe(0);
  const { graph } = JSON.parse(await readFile(file, 'utf8')) as Graph;
  const [project] = Object.values(graph.nodes).filter(({ data }) => data.root === 'apps/flight-delays');
  const waits = STEPS.map((step) => [step, project?.data.targets[step]?.dependsOn]);
  expect(Object.fromEntries(waits)).toEqual({
    ingest: [],
    validate: ['ingest'],
    features: ['validate', 'ingest'],
    train: ['features'],
    evaluate: ['train', 'features', 'ingest'],
    register: ['train', 'evaluate'],
  });
});

test(
  'two runs in different folders leave the same bytes',
  async () => {
    const [first, other] = [await smallCopy(), await smallCopy()];
    try {
      for (const one of [first, other]) expect(await ran(one)).toEqual(STEPS);
      expect(await artifacts(other)).toEqual(await artifacts(first));
    } finally {
      for (const one of [first, other]) await one.remove();
    }
  },
  5 * MINUTES,
);

interface Lock {
  readonly packages: Record<string, object>;
}

interface Graph {
  readonly graph: {
    readonly nodes: Record<string, { data: { root: string; targets: Record<string, { dependsOn: string[] }> } }>;
  };
}

/** Names of the steps that a run of the pipeline executed, instead of taking their artifacts from the cache. */
async function ran(workspace = copy): Promise<string[]> {
  const before = await runIds(workspace);
  const { text, exitCode } = await nx(workspace, 'run', 'flight-delays:run');
  expect(exitCode, text).toBe(0);
  const after = await runIds(workspace);
  return STEPS.filter((_, index) => before[index] !== after[index]);
}

async function runIds({ project }: WorkspaceCopy): Promise<(string | undefined)[]> {
  const records = STEPS.map((step) => readFile(join(project, 'runs', `${step}.json`), 'utf8').catch(() => ''));
  return (await Promise.all(records)).map((text) => /"runId": "(.*?)"/.exec(text)?.[1]);
}
