import fc from 'fast-check';
import { expect, test } from 'vitest';
import { areaUnderRoc, brierScore, logLoss } from './classification-metrics.ts';

const labels = [0, 0, 1, 1];
const scores = Float64Array.of(0.1, 0.4, 0.35, 0.8);

test('the values of the textbook example', () => {
  expect(areaUnderRoc(labels, scores)).toBe(0.75);
  expect(logLoss(labels, scores)).toBeCloseTo(
    -(Math.log(0.9) + Math.log(0.6) + Math.log(0.35) + Math.log(0.8)) / 4,
    12,
  );
  expect(brierScore(labels, scores)).toBeCloseTo((0.01 + 0.16 + 0.4225 + 0.04) / 4, 12);
});

test('a certain mistake costs much, not infinitely much', () => {
  expect(logLoss([1], Float64Array.of(0))).toBeCloseTo(36.04, 1);
});

test('AUC is the share of pairs in which the positive scores higher, ties counting half', () => {
  const row = fc.tuple(fc.constantFrom(0, 1), fc.integer({ min: 0, max: 5 }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 30 }), (rows) => {
      const positives = rows.filter(([label]) => label === 1);
      const negatives = rows.filter(([label]) => label === 0);
      fc.pre(positives.length > 0 && negatives.length > 0);
      const wins = positives.flatMap(([, a]) => negatives.map(([, b]) => (a > b ? 1 : a === b ? 0.5 : 0)));
      const expected = wins.reduce<number>((sum, win) => sum + win, 0) / wins.length;
      const all = Float64Array.from(rows, ([, score]) => score);
      expect(
        areaUnderRoc(
          rows.map(([label]) => label),
          all,
        ),
      ).toBeCloseTo(expected, 12);
    }),
  );
});
