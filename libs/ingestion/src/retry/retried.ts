import { setTimeout } from 'node:timers/promises';
import { TransientError } from './transient-error.ts';

export interface RetryPolicy {
  /** All in all; 6 unless given. */
  readonly attempts?: number;
  /** Milliseconds, doubled with each attempt; 500 unless given. */
  readonly firstPause?: number;
  /** Milliseconds that no pause is longer than, unless the other side asks for more; 60 000 unless given. */
  readonly longestPause?: number;
  /** Milliseconds that the other side may ask for; what asks for more is told at once. Ten minutes unless given. */
  readonly longestAsked?: number;
}

/** What of the world a retry needs. */
export interface RetryWorld {
  readonly signal?: AbortSignal;
  readonly sleep?: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
  /** From 0 up to, not including, 1. */
  readonly random?: () => number;
  readonly onPause?: (milliseconds: number, error: TransientError) => void;
}

const DEFAULTS = { attempts: 6, firstPause: 500, longestPause: 60_000, longestAsked: 600_000 };

/**
 * Repeats `work` while it throws a `TransientError`, with pauses that double and of which half is chance (so that many that
 * failed together don't come back together), and never shorter than what the other side asks for.
 *
 * Work that gets on in between calls `progress`: its attempts are counted from there.
 */
export async function retried<Result>(
  work: (progress: () => void) => Promise<Result>,
  policy: RetryPolicy = {},
  world: RetryWorld = {},
): Promise<Result> {
  const { attempts, longestAsked } = { ...DEFAULTS, ...policy };
  const { signal, sleep = pause, random = Math.random, onPause } = world;
  let failed = 0;
  const progress = () => {
    failed = 0;
  };
  for (;;) {
    signal?.throwIfAborted();
    try {
      return await work(progress);
    } catch (thrown) {
      if (!(thrown instanceof TransientError)) throw thrown;
      failed++;
      if (failed >= attempts || (thrown.retryAfter ?? 0) > longestAsked) throw thrown;
      const milliseconds = pauseAfter(failed, thrown.retryAfter, random(), policy);
      onPause?.(milliseconds, thrown);
      await sleep(milliseconds, signal);
    }
  }
}

/** Milliseconds before the next attempt, after so many have failed. */
export function pauseAfter(
  failed: number,
  asked: number | undefined,
  chance: number,
  policy: RetryPolicy = {},
): number {
  const { firstPause, longestPause } = { ...DEFAULTS, ...policy };
  const whole = Math.min(longestPause, firstPause * 2 ** (failed - 1));
  return Math.max(asked ?? 0, whole / 2 + (whole / 2) * chance);
}

async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  await setTimeout(milliseconds, undefined, signal === undefined ? {} : { signal });
}
