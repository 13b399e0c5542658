import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Retry } from '../document/document.ts';
import { parseDuration } from '../document/quantities.ts';

interface RetryControl {
  readonly log: (message: string) => void;
  readonly signal?: AbortSignal;
}

/**
 * Runs a step again that fails, as often as its definition says; what another run can't mend (a wrong parameter, an input
 * that isn't there) is thrown at once.
 */
export async function withRetry<Result>(
  { attempts, backoff, factor = 2 }: Retry,
  work: () => Promise<Result>,
  { log, signal }: RetryControl,
): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (cause) {
      const canHelp = cause instanceof PlatformError && cause.code === 'step' && !signal?.aborted;
      if (!canHelp || attempt >= attempts) throw cause;
      const seconds = (parseDuration(backoff ?? '') ?? 0) * factor ** (attempt - 1);
      log(`${messageOf(cause)}; attempt ${attempt + 1} of ${attempts} in ${seconds} s`);
      await sleep(seconds * 1000, undefined, signal && { signal });
    }
  }
}
