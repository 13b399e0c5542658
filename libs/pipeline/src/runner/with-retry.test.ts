import { PlatformError } from '@ml-platform/errors';
import { expect, test } from 'vitest';
import { withRetry } from './with-retry.ts';

const failed = new PlatformError('the well is dry', { code: 'step', hint: 'dig' });

async function attemptsUntil(succeedsAt: number, retry: Parameters<typeof withRetry>[0], error: Error = failed) {
  const lines: string[] = [];
  let count = 0;
  const work = async () => {
    count++;
    if (count < succeedsAt) throw error;
    return count;
  };
  const result = withRetry(retry, work, { log: (line) => void lines.push(line) });
  const outcome = await result.then(String, (thrown: Error) => thrown.message);
  return { outcome, count, lines };
}

test('a step that fails is run again, with a growing pause, and no more often than it says', async () => {
  expect((await attemptsUntil(3, { attempts: 3 })).outcome).toBe('3');
  const { outcome, count, lines } = await attemptsUntil(4, { attempts: 3 });
  expect([outcome, count]).toEqual(['the well is dry', 3]);
  expect(lines[0]).toBe('the well is dry; attempt 2 of 3 in 0 s');
  const slow = await attemptsUntil(2, { attempts: 2, backoff: '1s', factor: 3 });
  expect(slow.lines).toEqual(['the well is dry; attempt 2 of 2 in 1 s']);
});

test('what another run cannot mend is said at once', async () => {
  const wrong = new PlatformError('trials: expected a number', { code: 'config', hint: 'mend it' });
  expect((await attemptsUntil(2, { attempts: 3 }, wrong)).count).toBe(1);
});

test('a pause ends when the step is told to stop', async () => {
  const stop = AbortSignal.timeout(50);
  const work = () => Promise.reject(failed);
  const options = { log: () => undefined, signal: stop };
  await expect(withRetry({ attempts: 9, backoff: '1h' }, work, options)).rejects.toThrow('aborted');
});
