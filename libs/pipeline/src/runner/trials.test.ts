import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Tune } from '../document/document.ts';
import { trialValues } from './trials.ts';

const tune = (search: Tune['search']): Tune => ({
  metric: { output: 'metrics', name: 'auc' },
  goal: 'maximize',
  trials: 9,
  search,
});

const spaces = fc
  .tuple(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.double({ min: 1.001, max: 1e6, noNaN: true }))
  .map(([min, factor]) => ({ min, max: min * factor }));

test('each value lies in its range, whatever the scale, and is the same each time', () => {
  fc.assert(
    fc.property(spaces, fc.constantFrom('linear', 'log'), fc.nat({ max: 499 }), ({ min, max }, scale, trial) => {
      const { rate } = trialValues(tune({ rate: { min, max, scale } }), trial);
      expect(rate).toBeGreaterThanOrEqual(min * (1 - 1e-12));
      expect(rate).toBeLessThanOrEqual(max * (1 + 1e-12));
      expect(trialValues(tune({ rate: { min, max, scale } }), trial)).toEqual({ rate });
    }),
  );
});

test('whole numbers and values to choose from are all drawn, the ends as often as the rest', () => {
  const drawn = Array.from({ length: 4000 }, (_, trial) =>
    trialValues(tune({ depth: { min: 2, max: 5, integer: true }, booster: ['tree', 'line'] }), trial),
  );
  const share = (name: string, value: unknown) =>
    drawn.filter((values) => values[name] === value).length / drawn.length;
  for (const depth of [2, 3, 4, 5]) expect(share('depth', depth)).toBeCloseTo(0.25, 1);
  for (const booster of ['tree', 'line']) expect(share('booster', booster)).toBeCloseTo(0.5, 1);
});

test('on a log scale each decade is as likely', () => {
  const rates = Array.from({ length: 4000 }, (_, trial) =>
    Number(trialValues(tune({ rate: { min: 0.001, max: 1, scale: 'log' } }), trial).rate),
  );
  for (const low of [0.001, 0.01, 0.1]) {
    expect(rates.filter((rate) => rate >= low && rate < low * 10).length / rates.length).toBeCloseTo(1 / 3, 1);
  }
});
