import { expect, test } from 'vitest';
import { measure, medianOf } from './measure.ts';

test('candidates take turns, the first round is not counted, and preparing is not timed', () => {
  const order: string[] = [];
  let now = 0;
  const takes = (name: string, milliseconds: (run: number) => number) => ({
    name,
    prepare: () => {
      now += 1000;
    },
    run: (run: number) => {
      order.push(`${name}${run}`);
      now += milliseconds(run);
    },
  });
  const timings = measure([takes('a', (run) => (run === 0 ? 500 : run)), takes('b', () => 10)], 3, () => now);
  expect(order).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  expect(timings).toEqual([
    { name: 'a', lower: 1.5, median: 2, upper: 2.5, samples: [1, 2, 3] },
    { name: 'b', lower: 10, median: 10, upper: 10, samples: [10, 10, 10] },
  ]);
  expect(medianOf(timings, 'b')).toBe(10);
  expect(() => medianOf(timings, 'c')).toThrow("nothing was timed under the name 'c'");
});
