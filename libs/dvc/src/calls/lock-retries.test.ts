import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DvcError } from '../failures/dvc-error.ts';
import { lockPause, withLockRetries } from './lock-retries.ts';

const held = new DvcError('held', { reason: 'lockHeld' });
const busy = new DvcError('busy', { reason: 'busy' });

test('a pause grows up to a bound, and never vanishes', () => {
  fc.assert(
    fc.property(fc.nat(1000), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, random) => {
      const pause = lockPause(attempt, random);
      expect(pause).toBeGreaterThanOrEqual(100);
      expect(pause).toBeLessThanOrEqual(5000);
      expect(lockPause(attempt + 1, random)).toBeGreaterThanOrEqual(pause);
    }),
  );
});

test('only a held lock is tried again, until the time is over', async () => {
  let attempts = 0;
  const failing = (error: Error) => async () => {
    attempts++;
    throw error;
  };
  const log = () => undefined;
  await expect(withLockRetries(failing(held), { waitSeconds: 0.7, log })).rejects.toBe(held);
  expect(attempts).toBeGreaterThan(1);
  expect(attempts).toBeLessThan(5);
  attempts = 0;
  await expect(withLockRetries(failing(busy), { waitSeconds: 10, log })).rejects.toBe(busy);
  expect(attempts).toBe(1);
});

test('a signal ends the pause', async () => {
  const controller = new AbortController();
  const failing = () => Promise.reject(held);
  const log = () => controller.abort(new Error('enough'));
  const retried = withLockRetries(failing, { waitSeconds: 60, signal: controller.signal, log });
  await expect(retried).rejects.toThrow('enough');
});
