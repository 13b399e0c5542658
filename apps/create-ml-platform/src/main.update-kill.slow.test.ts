import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KillTrial, killTrials } from './testing/kill-update.ts';

const KILLS = 10;

let trials: KillTrial;

beforeAll(async () => {
  trials = await killTrials();
}, 60_000);

afterAll(() => trials.remove());

test.each([
  [['update'], true],
  [['update'], false],
  [['add', 'flight-delays'], true],
  [['add', 'flight-delays'], false],
  [['remove', 'flight-delays'], true],
  [['remove', 'flight-delays'], false],
])(
  '%j, killed often, can be taken back each time (with its Git: %s)',
  async (args, group) => {
    const seen = new Set<string>();
    for (let kill = 0; kill < KILLS; kill++) {
      seen.add(await trials.trial(args, { at: kill % 2 === 0 ? 'any' : 'placing', group }));
    }
    expect(seen).toContain('part');
  },
  600_000,
);
