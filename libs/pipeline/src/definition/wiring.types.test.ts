import { expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { csv, json, many, metrics, parquet } from '../artifacts/artifacts.ts';
import { definePipeline } from './define-pipeline.ts';
import { defineStep, python, type StepContext } from './define-step.ts';

const source = defineStep({
  name: 'source',
  outputs: { table: parquet(), text: csv(), list: json() },
  run: python('a.py'),
});
const train = defineStep({
  name: 'train',
  params: z.strictObject({ trials: z.int().default(5), region: z.string().optional() }),
  inputs: { table: parquet() },
  outputs: { scores: parquet(), metrics: metrics('auc') },
  run: python('b.py'),
});
const join = defineStep({ name: 'join', inputs: { parts: many(parquet()) }, run: python('c.py') });

/** Searches that must not compile, as below. Never called. */
function mustNotSearch(): void {
  const step = { name: 'fit', params: z.strictObject({ rate: z.number() }), outputs: { metrics: metrics('auc') } };
  const search = { rate: { min: 0.1, max: 1 } };
  const run = python('a.py');
  defineStep({ ...step, run, tune: { metric: 'metrics.auc', goal: 'maximize', trials: 2, search } });
  // @ts-expect-error a metric that the step doesn't write
  defineStep({ ...step, run, tune: { metric: 'metrics.f1', goal: 'maximize', trials: 2, search } });
  // @ts-expect-error a parameter that it doesn't have
  defineStep({ ...step, run, tune: { metric: 'metrics.auc', goal: 'maximize', trials: 2, search: { rat: [1, 2] } } });
}

/** Wirings that must not compile: were one to, its `@ts-expect-error` would be the error. Never called. */
function mustNotCompile(): void {
  definePipeline('wrong', ({ add, each }) => {
    const from = add(source);
    // @ts-expect-error an output of another kind
    add(train, { table: from.text });
    // @ts-expect-error a missing input
    add(train, {});
    // @ts-expect-error no wiring at all for a step with inputs
    add(train);
    // @ts-expect-error an input that the step doesn't have
    add(train, { table: from.table, extra: from.text });
    // @ts-expect-error an output that the step doesn't have
    add(train, { table: from.nothing });
    // @ts-expect-error an unknown parameter
    add(train, { table: from.table }, { params: { trails: 3 } });
    // @ts-expect-error a parameter of another type
    add(train, { table: from.table }, { params: { trials: 'three' } });
    const trained = add(train, { table: from.table });
    // @ts-expect-error a metric that isn't declared
    trained.metrics.get('f1');
    // @ts-expect-error a gate on a file
    from.table.get('auc');
    // @ts-expect-error many takes a list
    add(join, { parts: trained.scores });
    // @ts-expect-error a list of another kind
    add(join, { parts: [from.text] });
    // @ts-expect-error a fan-out over an unknown parameter
    each(train, 'regions', ['a'], { table: from.table });
    // @ts-expect-error a fan-out with items of another type
    each(train, 'region', [1], { table: from.table });
    // @ts-expect-error a fan-out over a file that isn't a JSON list
    each(train, 'region', from.table, { table: from.table });
  });
  // @ts-expect-error memory without a unit
  defineStep({ name: 'bad', resources: { memory: '16' }, run: python('x.py') });
  // @ts-expect-error a duration without a unit
  defineStep({ name: 'bad', timeout: '90', run: python('x.py') });
}

test('the context of a step is typed by its definition', () => {
  type Context = StepContext<typeof train>;
  expectTypeOf<Context['params']>().toEqualTypeOf<{ trials: number; region?: string | undefined }>();
  expectTypeOf<Context['inputs']>().toEqualTypeOf<{ readonly table: string }>();
  expectTypeOf<StepContext<typeof join>['inputs']['parts']>().toEqualTypeOf<readonly string[]>();
  expectTypeOf<Context['writeMetrics']>().toBeCallableWith('metrics', { auc: 0.7 });
  expectTypeOf(mustNotCompile).toBeFunction();
  expectTypeOf(mustNotSearch).toBeFunction();
});
