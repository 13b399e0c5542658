import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Bin, contribution, stabilityIndex } from './stability-index.ts';

const bins = (pairs: readonly (readonly [number, number])[]): Bin[] =>
  pairs.map(([expected, actual]) => ({ label: 'x', expected, actual }));

test('the index is that of the formula, worked out by hand', () => {
  // 0.3 · ln 1.6 + 0.3 · ln 2.5
  expect(
    stabilityIndex(
      bins([
        [0.5, 0.8],
        [0.5, 0.2],
      ]),
    ),
  ).toBeCloseTo(0.415888, 6);
  // 0.4 · ln(0.5 / 0.1) + 0.4 · ln(0.9 / 0.5)
  expect(
    stabilityIndex(
      bins([
        [0.1, 0.5],
        [0.9, 0.5],
      ]),
    ),
  ).toBeCloseTo(0.87889, 5);
});

test('an empty bin counts as a ten-thousandth', () => {
  expect(contribution({ label: 'x', expected: 0, actual: 0 })).toBe(0);
  expect(contribution({ label: 'x', expected: 0, actual: 0.1 })).toBeCloseTo(0.0999 * Math.log(1000), 9);
});

test('the index is symmetric, never below 0, and 0 for what is equal', () => {
  const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(shares, shares, (then, now) => {
      const pairs = then.map((share, index) => [share, now[index] ?? 0] as const);
      const there = stabilityIndex(bins(pairs));
      expect(there).toBeGreaterThanOrEqual(0);
      expect(stabilityIndex(bins(pairs.map(([a, b]) => [b, a] as const)))).toBeCloseTo(there, 9);
      expect(stabilityIndex(bins(then.map((share) => [share, share] as const)))).toBe(0);
    }),
  );
});
