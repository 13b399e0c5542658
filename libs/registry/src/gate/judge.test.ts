import fc from 'fast-check';
import { expect, test } from 'vitest';
import { judge } from './judge.ts';

const GATE = {
  metrics: {
    auc: { better: 'higher', atLeast: 0.65, mayLose: 0.005 },
    loss: { better: 'lower', atMost: 0.5, mayLose: 0.01 },
  },
} as const;

const reasons = (...metrics: [Record<string, number>, Record<string, number>?]) =>
  judge(GATE, ...metrics).map(({ metric, passes, reason }) => (passes ? metric : `${metric}: ${reason}`));

test.each([
  ['no champion: nothing can be lost', { auc: 0.66, loss: 0.4 }, undefined, ['auc', 'loss']],
  ['better in both', { auc: 0.8, loss: 0.3 }, { auc: 0.7, loss: 0.4 }, ['auc', 'loss']],
  ['as much worse as allowed', { auc: 0.72, loss: 0.41 }, { auc: 0.725, loss: 0.4 }, ['auc', 'loss']],
  ['a champion without the metric', { auc: 0.7, loss: 0.4 }, { auc: 0.7 }, ['auc', 'loss']],
  ['too bad by themselves', { auc: 0.6, loss: 0.6 }, undefined, ['auc: 0.6 is below 0.65', 'loss: 0.6 is above 0.5']],
  [
    'too much worse than the champion',
    { auc: 0.7, loss: 0.45 },
    { auc: 0.72, loss: 0.4 },
    [
      "auc: 0.7 is 0.02 worse than the champion's 0.72, and may be 0.005",
      "loss: 0.45 is 0.05 worse than the champion's 0.4, and may be 0.01",
    ],
  ],
  ['a metric that is missing', { auc: 0.7 }, undefined, ['auc', 'loss: the candidate has no such metric']],
] as const)('%s', (_, candidate, champion, expected) => {
  expect(reasons(candidate, champion)).toEqual(expected);
});

test('what passes still passes where it is better, whichever way is better', () => {
  const value = fc.double({ min: -1e3, max: 1e3, noNaN: true });
  const cases = fc.record({
    better: fc.constantFrom('higher' as const, 'lower' as const),
    candidate: value,
    champion: value,
    mayLose: fc.double({ min: 0, max: 10, noNaN: true }),
    more: fc.double({ min: 0, max: 10, noNaN: true }),
  });
  const passes = (better: 'higher' | 'lower', mayLose: number, candidate: number, champion: number) =>
    judge({ metrics: { m: { better, mayLose } } }, { m: candidate }, { m: champion }).every((one) => one.passes);
  fc.assert(
    fc.property(cases, ({ better, candidate, champion, mayLose, more }) => {
      const sign = better === 'higher' ? 1 : -1;
      const is = passes(better, mayLose, candidate, champion);
      if (is) expect(passes(better, mayLose, candidate + sign * more, champion)).toBe(true);
      expect(passes(better, mayLose, champion, champion)).toBe(true);
      const lost = sign * (champion - candidate);
      if (Math.abs(lost - mayLose) > 1e-6) expect(is).toBe(lost < mayLose);
    }),
  );
});
