import { expect, test } from 'vitest';
import { z } from 'zod';
import { dataset, json, many, metrics, parquet } from '../artifacts/artifacts.ts';
import { stepOrder } from '../document/check-document.ts';
import { toDocument } from '../document/to-document.ts';
import { definePipeline } from './define-pipeline.ts';
import { defineStep, python, ray, spark } from './define-step.ts';

const ingest = defineStep({
  name: 'ingest',
  outputs: { rows: parquet(), airports: json() },
  run: () => import('./fixtures/no-op.run.ts'),
});
const train = defineStep({
  name: 'train',
  params: z.strictObject({ trials: z.int().positive().default(20), airport: z.string().optional() }),
  inputs: { rows: parquet() },
  outputs: { scores: parquet(), metrics: metrics('auc', 'baselineAuc') },
  retry: { attempts: 2, backoff: '10s' },
  run: python('train.py'),
});
const combine = defineStep({ name: 'combine', inputs: { scores: many(parquet()) }, run: python('combine.py') });

test('a definition becomes a document with paths relative to the project', () => {
  const pipeline = definePipeline('flights', ({ add }) => {
    const raw = add(ingest);
    const trained = add(train, { rows: raw.rows }, { params: { trials: 3 } });
    const { metrics: measured } = trained;
    add(combine, { scores: [trained.scores] }, { when: measured.get('auc').above(measured.get('baselineAuc')) });
  });
  const document = toDocument(pipeline);
  expect(document.steps.map(({ name }) => name)).toEqual(['ingest', 'train', 'combine']);
  expect(document.steps[0]?.runner).toEqual({
    language: 'typescript',
    module: 'src/definition/define-pipeline.test.ts',
  });
  expect(document.steps[1]).toMatchObject({
    runner: { language: 'python', module: 'src/definition/train.py', requirements: 'requirements.txt' },
    fixedParams: { trials: 3 },
    inputs: { rows: { kind: 'parquet', from: [{ step: 'ingest', output: 'rows' }] } },
    outputs: { scores: { path: 'scores.parquet' }, metrics: { metrics: ['auc', 'baselineAuc'] } },
  });
  expect(document.steps[2]?.when).toEqual([
    {
      metric: { step: 'train', output: 'metrics', name: 'auc' },
      operator: '>',
      bound: { step: 'train', output: 'metrics', name: 'baselineAuc' },
    },
  ]);
  expect(document.params.train).toMatchObject({ properties: { trials: { default: 20 } } });
});

test('a script for Spark or Ray is a Python one that says so', () => {
  const aggregate = defineStep({ name: 'aggregate', outputs: { delays: dataset() }, run: spark('aggregate.py') });
  const tuneAll = defineStep({ name: 'tune-all', inputs: { delays: dataset() }, run: ray('tune_all.py') });
  const pipeline = definePipeline('flights', ({ add }) => {
    add(tuneAll, { delays: add(aggregate).delays });
  });
  const [first, second] = toDocument(pipeline).steps;
  const rest = { language: 'python', requirements: 'requirements.txt' };
  expect(first).toMatchObject({ runner: { ...rest, module: 'src/definition/aggregate.py', on: 'spark' } });
  expect(first?.outputs).toEqual({ delays: { kind: 'dataset', path: 'delays', directory: true } });
  expect(second?.runner).toEqual({ ...rest, module: 'src/definition/tune_all.py', on: 'ray' });
});

test('a list known at definition is unrolled into one step per item', () => {
  const pipeline = definePipeline('flights', ({ add, each }) => {
    const raw = add(ingest);
    add(combine, { scores: each(train, 'airport', ['JFK', 'L A'], { rows: raw.rows }).scores });
  });
  const document = toDocument(pipeline);
  expect(document.steps.map(({ name }) => name)).toEqual(['ingest', 'train-jfk', 'train-l-a', 'combine']);
  expect(document.steps[1]).toMatchObject({ paramsKey: 'train', fixedParams: { airport: 'JFK' } });
  expect(document.steps[3]?.inputs.scores).toMatchObject({
    many: true,
    from: [{ step: 'train-jfk' }, { step: 'train-l-a' }],
  });
});

test('a list that a step wrote makes one step that loops', () => {
  const pipeline = definePipeline('flights', ({ add, each }) => {
    const raw = add(ingest);
    add(combine, { scores: each(train, 'airport', raw.airports, { rows: raw.rows }).scores });
  });
  expect(toDocument(pipeline).steps[1]?.forEach).toEqual({
    param: 'airport',
    from: { step: 'ingest', output: 'airports' },
  });
});

test('two steps of one name are refused', () => {
  expect(() =>
    definePipeline('flights', ({ add }) => {
      add(ingest);
      add(ingest);
    }),
  ).toThrow("two steps are named 'ingest'");
});

test('a cycle is refused, and named', () => {
  const pipeline = definePipeline('flights', ({ add }) => {
    const raw = add(ingest, {}, { after: ['train'] });
    add(train, { rows: raw.rows });
  });
  expect(() => toDocument(pipeline)).toThrow('ingest → train → ingest');
});

test('steps are ordered after what they need', () => {
  const document = toDocument(
    definePipeline('flights', ({ add }) => {
      add(ingest, {}, { name: 'first', after: ['second'] });
      add(ingest, {}, { name: 'second' });
    }),
  );
  expect(stepOrder(document).map(({ name }) => name)).toEqual(['second', 'first']);
});

test.each(['Train', 'b', 'a--b', '-x', 'train_model', 'x'.repeat(64)])('the step name %s is refused', (name) => {
  expect(() => defineStep({ name, run: python('x.py') })).toThrow('not kebab-case');
});

test.each(['build', 'run', 'test'])('the step name %s is a target of the workspace', (name) => {
  expect(() => defineStep({ name, run: python('x.py') })).toThrow('is taken');
});
