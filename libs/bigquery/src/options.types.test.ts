import { csv, defineStep, json, metrics, type StepContext } from '@ml-platform/pipeline';
import { test } from 'vitest';
import { runBigQuery } from './run-bigquery.ts';

const usual = defineStep({
  name: 'usual',
  outputs: { metrics: metrics('n'), table: csv() },
  run: () => import('./index.ts') as never,
});
const other = defineStep({
  name: 'other',
  outputs: { scores: metrics('n'), table: csv() },
  run: () => import('./index.ts') as never,
});
const misnamed = defineStep({
  name: 'misnamed',
  outputs: { metrics: json() },
  run: () => import('./index.ts') as never,
});
const plain = defineStep({ name: 'plain', outputs: { table: csv() }, run: () => import('./index.ts') as never });

/** Compiled, and never called. */
export function calls(
  a: StepContext<typeof usual>,
  b: StepContext<typeof other>,
  c: StepContext<typeof misnamed>,
  d: StepContext<typeof plain>,
  sql: URL,
): unknown[] {
  return [
    runBigQuery(a, sql),
    runBigQuery(a, sql, { dryRun: true }),
    runBigQuery(b, sql, { metrics: ['scores'] }),
    runBigQuery(c, sql, { metrics: [] }),
    runBigQuery(d, sql),
    // @ts-expect-error metrics of another name have to be named
    runBigQuery(b, sql),
    // @ts-expect-error a table is no metrics
    runBigQuery(b, sql, { metrics: ['table'] }),
    // @ts-expect-error `metrics` is a list of rows here
    runBigQuery(c, sql),
    // @ts-expect-error no type of BigQuery's
    runBigQuery(a, sql, { types: { n: 'INTEGER' } }),
  ];
}

test('a step says which of its outputs are metrics where their name does not', () => undefined);
