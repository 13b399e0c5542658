import fc from 'fast-check';
import { expect, test } from 'vitest';
import { microBatch } from './micro-batch.ts';
import type { TensorRows } from './tensor-data.ts';

function rowsOf(values: readonly number[]): TensorRows {
  return { rows: values.length, columns: [Float64Array.from(values), values.map(String)] };
}

/** Doubles the numbers, fails on a negative one, and notes how many rows each run had. */
function doubling() {
  const runs: number[] = [];
  const run = async ({ rows, columns }: TensorRows): Promise<TensorRows> => {
    runs.push(rows);
    const numbers = Array.from(columns[0] as Float64Array);
    if (numbers.some((value) => value < 0)) throw new Error(`negative: ${numbers}`);
    return { rows, columns: [Float64Array.from(numbers, (value) => value * 2), columns[1] ?? []] };
  };
  return { run, runs };
}

test('each request gets its own rows, whatever the sizes', async () => {
  const requests = fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 40 }), { minLength: 1, maxLength: 12 });
  await fc.assert(
    fc.asyncProperty(requests, async (sizes) => {
      const joined = microBatch(doubling().run);
      const answers = await Promise.all(sizes.map((values) => joined(rowsOf(values))));
      const alone = doubling().run;
      expect(answers).toEqual(await Promise.all(sizes.map((values) => alone(rowsOf(values)))));
    }),
  );
});

test('small requests of one turn share a run, large ones have their own', async () => {
  const { run, runs } = doubling();
  const joined = microBatch(run);
  await Promise.all([1, 31, 32, 2].map((rows) => joined(rowsOf(Array.from({ length: rows }, (_, n) => n)))));
  expect(runs).toEqual([32, 34]);
});

test('a request that fails does not fail its neighbours', async () => {
  const joined = microBatch(doubling().run);
  const answers = await Promise.allSettled([[1, 2], [3, -4], [5]].map((values) => joined(rowsOf(values))));
  expect(answers).toEqual([
    { status: 'fulfilled', value: { rows: 2, columns: [new Float64Array([2, 4]), ['1', '2']] } },
    { status: 'rejected', reason: new Error('negative: 3,-4') },
    { status: 'fulfilled', value: { rows: 1, columns: [new Float64Array([10]), ['5']] } },
  ]);
});
