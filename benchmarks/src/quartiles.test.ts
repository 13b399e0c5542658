import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quartiles } from './quartiles.ts';

test.each([
  [[5], [5, 5, 5]],
  [
    [3, 1, 2],
    [1.5, 2, 2.5],
  ],
  [
    [1, 2, 3, 4, 100],
    [2, 3, 4],
  ],
])('of %j they are %j', (samples, expected) => {
  expect(quartiles(samples)).toEqual(expected);
});

test('of no samples there are none', () => {
  expect(() => quartiles([])).toThrow('no samples');
});

test('whatever the samples and their order: in order, within the range, and a shift shifts them', () => {
  const samples = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(samples, (given) => {
      const [lower, median, upper] = quartiles(given);
      expect([Math.min(...given), lower, median, upper, Math.max(...given)]).toEqual(
        [Math.min(...given), lower, median, upper, Math.max(...given)].toSorted((a, b) => a - b),
      );
      expect(quartiles(given.toReversed())).toEqual([lower, median, upper]);
      expect(quartiles(given.map((one) => one + 8))).toEqual([lower + 8, median + 8, upper + 8]);
    }),
  );
});
