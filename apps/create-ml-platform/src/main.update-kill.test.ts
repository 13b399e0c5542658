import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillTrial, killTrials } from './testing/kill-update.ts';

let trials: KillTrial;

beforeAll(async () => {
  trials = await killTrials();
}, 60_000);

afterAll(() => trials.remove());

test.each([
  [['update'], true],
  [['add', 'flight-delays'], false],
  [['remove', 'flight-delays'], false],
])('%j, killed at any moment, can be taken back and run again (with its Git: %s)', async (args, group) => {
  for (const at of ['any', 'placing'] as const) {
    expect(['whole', 'part', 'nothing']).toContain(await trials.trial(args, { at, group }));
  }
});
