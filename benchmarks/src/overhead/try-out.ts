import { messageOf } from '@ml-platform/errors';
import { type Candidate, runOnce, type Timing, timing } from '../measure.ts';
import { tell } from '../peers.ts';

/** What takes longer runs once. */
export const ONCE_SECONDS = 30;
/** What takes longer is ended. */
export const LIMIT_SECONDS = 300;

export interface TriedOut {
  /** Those to be timed in turn. */
  readonly quick: readonly Candidate[];
  /** The one run of each of the others. */
  readonly slow: readonly Timing[];
}

/** Runs each once, and sorts out those that take long; one that fails is left out, and why is added to `missing`. */
export function tryOut(
  candidates: readonly Candidate[],
  title: string,
  missing: string[],
  clock?: () => number,
): TriedOut {
  const quick: Candidate[] = [];
  const slow: Timing[] = [];
  for (const candidate of candidates) {
    try {
      tell(`trying out: ${candidate.name}, ${title}`);
      const milliseconds = runOnce(candidate, 0, clock);
      if (milliseconds > ONCE_SECONDS * 1000) slow.push(timing(candidate.name, [milliseconds]));
      else quick.push(candidate);
    } catch (thrown) {
      missing.push(`${candidate.name}, ${title}: ${messageOf(thrown)}`);
    }
  }
  return { quick, slow };
}
