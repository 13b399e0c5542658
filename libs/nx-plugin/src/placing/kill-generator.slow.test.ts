import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillTrials, killTrials, type Outcome } from '../testing/kill-generator.ts';

/** Spread over the whole of what it takes. */
const RANDOM_KILLS = 12;

let trials: KillTrials;
beforeAll(async () => {
  trials = await killTrials();
});
afterAll(() => trials.remove());

test('a generator that is killed at any of its writes leaves all as it was, or as it should be', async () => {
  const outcomes: Outcome[] = [];
  for (let write = 0; outcomes.at(-1) !== 'all, and all'; write++) outcomes.push(await trials.trial({ write }));
  const order: Outcome[] = ['nothing, and nothing', 'nothing, and all', 'some, and all', 'all, and all'];
  expect([...new Set(outcomes)]).toEqual(order);
  expect(outcomes.filter((outcome) => outcome === 'some, and all').length).toBeGreaterThanOrEqual(3);
});

test('a generator that is killed at a random moment leaves all as it was, or as it should be', async () => {
  for (let kill = 0; kill < RANDOM_KILLS; kill++) await trials.trial({ after: randomInt(Math.ceil(trials.duration)) });
});
