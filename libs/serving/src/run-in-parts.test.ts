import { expect, test, vi } from 'vitest';
import { runInParts } from './run-in-parts.ts';
import type { TensorRows } from './tensor-data.ts';

const rowsOf = (...values: number[]): TensorRows => ({ rows: values.length, columns: [Float32Array.from(values)] });
const twice = async ({ rows, columns: [column] }: TensorRows) => ({
  rows,
  columns: [(column as Float32Array).map((value) => 2 * value)],
});

test('the parts of a large request make the answer that it would have whole', async () => {
  const run = vi.fn(twice);
  expect(await runInParts(run, 2)(rowsOf(1, 2, 3, 4, 5))).toEqual(rowsOf(2, 4, 6, 8, 10));
  expect(run.mock.calls.map(([{ rows }]) => rows)).toEqual([2, 2, 1]);
});

test('others have a turn between parts', async () => {
  const run = runInParts(twice, 1);
  const done: string[] = [];
  const large = run(rowsOf(1, 2, 3, 4)).then(() => done.push('large'));
  await new Promise(setImmediate);
  await run(rowsOf(1)).then(() => done.push('small'));
  await large;
  expect(done).toEqual(['small', 'large']);
});
