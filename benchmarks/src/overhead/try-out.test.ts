import { expect, test } from 'vitest';
import { tryOut } from './try-out.ts';
import { perStep } from './per-step.ts';

test('what takes long has had its one run, what fails is named, and the rest is left to be timed', () => {
  let now = 0;
  const takes = (name: string, seconds: number) => ({
    name,
    run: () => {
      now += seconds * 1000;
    },
  });
  const fails = { name: 'fails', run: () => expect.fail('it broke') };
  const missing: string[] = [];
  const quick = takes('quick', 2);
  const { slow, ...rest } = tryOut([quick, takes('slow', 100), fails], '50 steps', missing, () => now);
  expect(rest).toEqual({ quick: [quick] });
  expect(missing).toEqual(['fails, 50 steps: it broke']);
  const series = { title: '50 steps', runs: 3, load: { before: 0, after: 0 }, timings: slow, goals: [] };
  expect(perStep(series, 50).timings).toEqual([
    { name: 'slow (once)', lower: 2000, median: 2000, upper: 2000, samples: [2000] },
  ]);
});
