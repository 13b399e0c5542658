import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pauseAfter, type RetryPolicy, retried } from './retried.ts';
import { retryAfter } from './retry-after.ts';
import { TransientError } from './transient-error.ts';

const failure = (asked?: number) =>
  new TransientError('for now', {
    code: 'environment',
    hint: 'wait',
    ...(asked !== undefined && { retryAfter: asked }),
  });

const policies = fc.record({
  attempts: fc.integer({ min: 1, max: 12 }),
  firstPause: fc.integer({ min: 1, max: 5000 }),
  longestPause: fc.integer({ min: 5000, max: 100_000 }),
  longestAsked: fc.constant(1_000_000),
});
const chances = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const asks = fc.option(fc.integer({ min: 0, max: 1_000_000 }), { nil: undefined });

test('pauses double up to the longest, half of each is chance, and none is shorter than what is asked for', () => {
  fc.assert(
    fc.property(policies, fc.integer({ min: 1, max: 40 }), asks, chances, (policy, failed, asked, chance) => {
      const pause = pauseAfter(failed, asked, chance, policy);
      const whole = Math.min(policy.longestPause, policy.firstPause * 2 ** (failed - 1));
      expect(pause).toBeGreaterThanOrEqual(Math.max(whole / 2, asked ?? 0));
      expect(pause).toBeLessThanOrEqual(Math.max(whole, asked ?? 0));
    }),
  );
});

/** Runs with a clock of its own; answers the pauses. */
async function run(outcomes: readonly (number | undefined | 'good' | 'progress')[], policy: RetryPolicy) {
  const pauses: number[] = [];
  let attempt = 0;
  const result = retried(
    async (progress) => {
      const outcome = outcomes[attempt++];
      if (outcome === 'good') return attempt;
      if (outcome === 'progress') progress();
      throw failure(typeof outcome === 'number' ? outcome : undefined);
    },
    policy,
    { random: () => 0.5, sleep: async (milliseconds) => void pauses.push(milliseconds) },
  );
  return { result: await result.catch((thrown: unknown) => thrown), pauses, attempts: attempt };
}

test('work is tried until it succeeds, as often as is allowed', async () => {
  await fc.assert(
    fc.asyncProperty(policies, fc.array(asks, { maxLength: 20 }), async (policy, failures) => {
      const { result, pauses, attempts } = await run([...failures, 'good'], policy);
      const succeeds = failures.length < policy.attempts;
      expect(attempts).toBe(Math.min(failures.length + 1, policy.attempts));
      expect(pauses).toEqual(
        failures.slice(0, attempts - 1).map((asked, index) => pauseAfter(index + 1, asked, 0.5, policy)),
      );
      if (succeeds) expect(result).toBe(attempts);
      else expect(result).toBeInstanceOf(TransientError);
    }),
  );
});

test('attempts are counted from where work got on', async () => {
  const { pauses, attempts } = await run([undefined, undefined, 'progress', undefined, 'good'], {
    attempts: 3,
    firstPause: 100,
  });
  expect(attempts).toBe(5);
  expect(pauses).toEqual([75, 150, 75, 150]);
});

test('what asks for more than is allowed, what is no transient error, and what is told to stop is not tried again', async () => {
  expect(await run([10_001, 'good'], { longestAsked: 10_000 })).toMatchObject({ attempts: 1, pauses: [] });
  let attempts = 0;
  const fatal = retried(async () => {
    attempts++;
    throw new Error('fatal');
  });
  await expect(fatal).rejects.toThrow('fatal');
  expect(attempts).toBe(1);
  const stop = new AbortController();
  const stopped = retried(
    async () => {
      stop.abort();
      throw failure();
    },
    { firstPause: 60_000 },
    { signal: stop.signal },
  );
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
});

test('Retry-After is read in both forms', () => {
  const now = Date.UTC(2024, 4, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000 }), (seconds) => {
      expect(retryAfter(String(seconds), now)).toBe(seconds * 1000);
      expect(retryAfter(new Date(now + seconds * 1000).toUTCString(), now)).toBe(seconds * 1000);
      expect(retryAfter(new Date(now - seconds * 1000).toUTCString(), now)).toBe(0);
    }),
  );
  expect(['soon', '', '-1', null].map((header) => retryAfter(header, now))).toEqual([
    undefined,
    undefined,
    expect.anything(),
    undefined,
  ]);
});
