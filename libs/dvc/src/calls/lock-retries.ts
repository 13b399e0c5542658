import { setTimeout as sleep } from 'node:timers/promises';
import { DvcError } from '../failures/dvc-error.ts';

const FIRST_MILLISECONDS = 200;
const LONGEST_MILLISECONDS = 5000;

export interface LockRetryOptions {
  /** How long after the first try the last one may begin. */
  readonly waitSeconds: number;
  readonly signal?: AbortSignal | undefined;
  readonly log: (line: string) => void;
}

/**
 * Runs a call again while another DVC process holds the repository's lock; DVC itself waits 3 s for it each time. A path
 * that is busy isn't waited for: a training may hold it for hours.
 */
export async function withLockRetries<Result>(
  work: () => Promise<Result>,
  { waitSeconds, signal, log }: LockRetryOptions,
): Promise<Result> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (let attempt = 0; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const pause = lockPause(attempt, Math.random());
      const isWorthIt = error instanceof DvcError && error.reason === 'lockHeld' && Date.now() + pause < deadline;
      if (!isWorthIt) throw error;
      log(`another DVC process holds the lock; trying again in ${(pause / 1000).toFixed(1)} s`);
      await sleep(pause, undefined, signal && { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/** Milliseconds: doubled each time up to a bound, and anything from half of that on, so that two don't meet again. */
export function lockPause(attempt: number, random: number): number {
  return Math.min(FIRST_MILLISECONDS * 2 ** attempt, LONGEST_MILLISECONDS) * (0.5 + random / 2);
}
