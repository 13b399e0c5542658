import { quartiles } from './quartiles.ts';

/** Something to time. */
export interface Candidate {
  readonly name: string;
  /** Brings about what a run needs; not timed. */
  readonly prepare?: (run: number) => void;
  /** Does the work once, synchronously. Runs are numbered from 0, which is not counted. */
  readonly run: (run: number) => void;
  /** Looks whether the work was done; not timed. */
  readonly check?: () => void;
}

/** What a candidate took, in milliseconds. */
export interface Timing {
  readonly name: string;
  readonly lower: number;
  readonly median: number;
  readonly upper: number;
  /** Every counted run, in order. */
  readonly samples: readonly number[];
}

/** Milliseconds since some moment. */
type Clock = () => number;
const now: Clock = () => performance.now();

/**
 * Times candidates in turn (A B C A B C …), so that whatever else the machine does meets all of them alike; the first
 * round warms caches up and isn't counted.
 */
export function measure(candidates: readonly Candidate[], runs: number, clock: Clock = now): Timing[] {
  const samples = candidates.map((): number[] => []);
  for (let run = 0; run <= runs; run++) {
    for (const [index, candidate] of candidates.entries()) {
      const milliseconds = runOnce(candidate, run, clock);
      if (run > 0) samples[index]?.push(milliseconds);
    }
  }
  return candidates.map(({ name }, index) => timing(name, samples[index] ?? []));
}

/** Milliseconds that one run takes. */
export function runOnce({ prepare, run, check }: Candidate, number: number, clock: Clock = now): number {
  prepare?.(number);
  const start = clock();
  run(number);
  const milliseconds = clock() - start;
  check?.();
  return milliseconds;
}

/** The quartiles of some runs. */
export function timing(name: string, samples: readonly number[]): Timing {
  const [lower, median, upper] = quartiles(samples);
  return { name, lower, median, upper, samples };
}

/** The median of the candidate of that name. */
export function medianOf(timings: readonly Timing[], name: string): number {
  const found = timings.find((one) => one.name === name);
  if (!found) throw new Error(`nothing was timed under the name '${name}'`);
  return found.median;
}
