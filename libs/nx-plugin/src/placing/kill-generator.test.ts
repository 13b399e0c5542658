import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillTrials, killTrials } from '../testing/kill-generator.ts';

let trials: KillTrials;
beforeAll(async () => {
  trials = await killTrials();
});
afterAll(() => trials.remove());

test('a generator that is killed before its journal is complete has changed nothing', async () => {
  expect(await trials.trial({ write: 1 })).toBe('nothing, and nothing');
});

test('what a generator had still to write when it was killed is written by the next command of Nx, whichever', async () => {
  expect(await trials.trial({ file: 0 })).toBe('nothing, and all');
  expect(await trials.trial({ file: 2 })).toBe('some, and all');
});
