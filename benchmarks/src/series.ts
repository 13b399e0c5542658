import type { Goal } from './goals.ts';
import { load } from './machine.ts';
import { type Candidate, measure, type Timing } from './measure.ts';
import { tell } from './peers.ts';
import type { Series } from './report.ts';

/** Times candidates in turn, with the machine's load before and after, and checks the goals. */
export function runSeries(
  title: string,
  candidates: readonly Candidate[],
  runs: number,
  goals: (timings: readonly Timing[]) => Goal[],
): Series {
  tell(`measuring: ${title}`);
  const before = load();
  const timings = measure(candidates, runs);
  return { title, runs, load: { before, after: load() }, timings, goals: goals(timings) };
}
