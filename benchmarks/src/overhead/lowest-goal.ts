import { type Goal, atMostTimes } from '../goals.ts';
import type { Timing } from '../measure.ts';

/** The candidate `name` is quicker than each of `peers`; one that was not timed has missed it. Without peers there is no goal. */
export function lowestGoal(name: string, timings: readonly Timing[], peers: readonly string[]): Goal[] {
  const ours = timings.find((one) => one.name === name)?.median ?? Number.POSITIVE_INFINITY;
  const [best] = timings.filter((one) => peers.includes(one.name)).toSorted((a, b) => a.median - b.median);
  return best ? [atMostTimes(`${name}: lowest of all but make (lowest peer: ${best.name})`, ours, best.median, 1)] : [];
}
