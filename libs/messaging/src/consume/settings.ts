import { PlatformError } from '@ml-platform/errors';
import type { ConsumeOptions } from '../message.ts';

const LONGEST_RETRY_SECONDS = 60;

/** Every option of a consumer, with what stands where none was given. */
export type Settings = ReturnType<typeof settingsOf>;

/** @throws PlatformError `usage` for a number that makes no sense, or `maxAttempts` without a place for what failed. */
export function settingsOf(name: string, options: ConsumeOptions) {
  const { concurrency = 8, maxAttempts = 5, leaseSeconds = 30, graceSeconds = 30, deadLetter } = options;
  const { idleSeconds, dedupe = {}, signal, retrySeconds = doubled, onProblem = () => undefined } = options;
  const { seconds: dedupeSeconds = 300, file: dedupeFile } = dedupe;
  const numbers = {
    concurrency,
    maxAttempts,
    leaseSeconds,
    graceSeconds,
    dedupeSeconds,
    idleSeconds: idleSeconds ?? 1,
  };
  for (const [option, value] of Object.entries(numbers)) check(name, option, value);
  if (options.maxAttempts !== undefined && deadLetter === undefined) {
    const hint = 'give deadLetter, the URI of a queue; without one a message is tried again for ever, so none is lost';
    throw new PlatformError(`${name}: maxAttempts needs deadLetter`, { code: 'usage', hint });
  }
  return {
    concurrency,
    maxAttempts: deadLetter === undefined ? Number.POSITIVE_INFINITY : maxAttempts,
    deadLetter,
    leaseSeconds,
    graceSeconds,
    idleSeconds,
    dedupeSeconds,
    dedupeFile,
    retrySeconds,
    onProblem,
    signal,
  };
}

const WHOLE = ['concurrency', 'maxAttempts'];

function check(name: string, option: string, value: number): void {
  const isFine = WHOLE.includes(option)
    ? Number.isSafeInteger(value) && value > 0
    : value > 0 && Number.isFinite(value);
  if (isFine || (option === 'graceSeconds' && value === 0)) return;
  const expected = WHOLE.includes(option) ? 'a whole number from 1' : 'a number above 0';
  throw new PlatformError(`${name}: ${option} is ${value}, expected ${expected}`, {
    code: 'usage',
    hint: `leave ${option} out for its default, or give ${expected}`,
  });
}

function doubled(attempt: number): number {
  return Math.min(2 ** (attempt - 1), LONGEST_RETRY_SECONDS);
}
