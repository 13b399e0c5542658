import fc from 'fast-check';
import { expect, test } from 'vitest';
import { calibrationBins, calibrationError } from './calibration.ts';
import { evaluateFlights } from './evaluation.ts';
import { rocCurve } from './roc-curve.ts';
import { slicesBy } from './slices.ts';

/** Sixty rows with ties, made by a formula that numpy evaluates to the same bits. */
const rows = Array.from({ length: 60 }, (_, index) => index);
const late = rows.map((index) => Number((index * 7) % 5 < 2));
const probability = Float64Array.from(rows, (index) => {
  const score = (((index * 37) % 61) / 61) * 0.6 + 0.25 * (late[index] ?? 0) * Number(index % 3 > 0) + 0.03;
  return Math.floor(score * 50) / 50 + 0.01;
});
const flights = {
  late,
  probability,
  baseline: probability.map((value) => 1 - value),
  origin: rows.map((index) => (index < 20 ? 'ABQ' : 'DAL')),
  hour: rows.map((index) => index % 3),
};

test('the metrics are those of scikit-learn', () => {
  const { metrics } = evaluateFlights(flights, 10);
  expect(metrics.auc).toBeCloseTo(0.4791666666666667, 12);
  expect(metrics.logLoss).toBeCloseTo(0.7896776776581224, 12);
  expect(metrics.brier).toBeCloseTo(0.2667266666666667, 12);
  expect(metrics.lateRate).toBeCloseTo(0.4, 12);
  expect(metrics.baselineAuc).toBeCloseTo(1 - 0.4791666666666667, 12);
});

test('the ROC curve is that of scikit-learn', () => {
  const curve = rocCurve(late, probability);
  expect(curve).toHaveLength(31);
  expect(curve[10]?.falsePositiveRate).toBeCloseTo(7 / 36, 12);
  expect(curve[10]?.truePositiveRate).toBeCloseTo(0.25, 12);
});

test('a thinned ROC curve keeps its ends and never falls', () => {
  const row = fc.tuple(fc.constantFrom(0, 1), fc.double({ min: 0, max: 1, noNaN: true }));
  fc.assert(
    fc.property(fc.array(row, { minLength: 2, maxLength: 60 }), fc.integer({ min: 2, max: 20 }), (pairs, most) => {
      fc.pre(new Set(pairs.map(([label]) => label)).size === 2);
      const curve = rocCurve(
        pairs.map(([label]) => label),
        pairs.map(([, score]) => score),
        most,
      );
      expect(curve.length).toBeLessThanOrEqual(most);
      expect(curve[0]).toEqual({ falsePositiveRate: 0, truePositiveRate: 0 });
      expect(curve.at(-1)).toEqual({ falsePositiveRate: 1, truePositiveRate: 1 });
      for (const [index, point] of curve.slice(1).entries()) {
        expect(point.truePositiveRate).toBeGreaterThanOrEqual(curve[index]?.truePositiveRate ?? 1);
      }
    }),
  );
});

test('calibration compares the mean prediction of a bin with what came true', () => {
  const bins = calibrationBins([0, 1, 0, 1], [0.2, 0.9, 0.4, 0.5], 2);
  expect(bins).toEqual([
    { rows: 2, meanProbability: expect.closeTo(0.3, 12), lateRate: 0 },
    { rows: 2, meanProbability: expect.closeTo(0.7, 12), lateRate: 1 },
  ]);
  expect(calibrationError(bins)).toBeCloseTo(0.3, 12);
});

test('bins cover every row once, also when there are more bins than rows', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 50 }),
      fc.integer({ min: 2, max: 80 }),
      (scores, count) => {
        const bins = calibrationBins(
          scores.map(() => 1),
          scores,
          count,
        );
        expect(bins.reduce((sum, bin) => sum + bin.rows, 0)).toBe(scores.length);
      },
    ),
  );
});

test('slices hold their rows, the most first; without both classes there is no AUC', () => {
  const slices = slicesBy(flights.origin, late, probability);
  expect(slices.map(({ key, rows: count }) => [key, count])).toEqual([
    ['DAL', 40],
    ['ABQ', 20],
  ]);
  expect(slicesBy(['a', 'a'], [1, 1], Float64Array.of(0.5, 0.5))).toEqual([
    { key: 'a', rows: 2, lateRate: 1, meanProbability: 0.5, auc: null, logLoss: Math.log(2) },
  ]);
});

test('the histogram counts every flight', () => {
  const { histogram } = evaluateFlights({ ...flights, probability: probability.map((_, row) => row / 59) }, 10);
  expect(histogram.reduce((sum, bin) => sum + bin.late, 0)).toBe(24);
  expect(histogram.reduce((sum, bin) => sum + bin.onTime, 0)).toBe(36);
});
