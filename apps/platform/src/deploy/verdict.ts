import type { Release } from '@ml-platform/registry/release';
import { type Answer, isOf } from './ask.ts';

/** What a canary may show. */
export interface Limits {
  /** Of the probes, in percent. */
  readonly maxErrors: number;
  /** Milliseconds within which 95 of 100 probes are answered. */
  readonly maxP95: number;
}

export interface Verdict {
  readonly probes: number;
  readonly errors: number;
  readonly errorPercent: number;
  readonly p50: number;
  readonly p95: number;
  /** Answers of another model, such as the one before: requests haven't all gone over. */
  readonly others: number;
  /** The most frequent first. */
  readonly problems: readonly { readonly problem: string; readonly count: number }[];
  /** Why the release isn't kept; undefined where it is. */
  readonly problem?: string;
}

/** Judges the answers to all probes. */
export function judge(answers: readonly Answer[], release: Release, { maxErrors, maxP95 }: Limits): Verdict {
  const problems = Object.entries(Object.groupBy(answers, ({ problem = '' }) => problem)).flatMap(([problem, own]) => {
    return problem === '' ? [] : { problem, count: own?.length ?? 0 };
  });
  const errors = problems.reduce((total, { count }) => total + count, 0);
  const times = answers.map(({ milliseconds }) => milliseconds).sort((one, other) => one - other);
  const [p50, p95] = [percentile(times, 50), percentile(times, 95)];
  const errorPercent = answers.length === 0 ? 0 : (100 * errors) / answers.length;
  const wrong = [
    ...(answers.length === 0 ? ['no probe was sent'] : []),
    ...(errorPercent > maxErrors ? [`${errors} of ${answers.length} probes failed: ${maxErrors} % may`] : []),
    ...(p95 > maxP95 ? [`p95 is ${Math.round(p95)} ms, at most ${maxP95} ms was allowed`] : []),
  ];
  return {
    ...{ probes: answers.length, errors, errorPercent, p50, p95 },
    others: answers.filter(({ problem, model }) => problem === undefined && !isOf(release, model)).length,
    problems: problems.sort((one, other) => other.count - one.count),
    ...(wrong.length > 0 && { problem: wrong.join('; ') }),
  };
}

/** Whether nothing that is still to come could make the limits hold: of `planned` probes, too many failed or were slow. */
export function isLost(answers: readonly Answer[], planned: number, { maxErrors, maxP95 }: Limits): boolean {
  const errors = answers.filter(({ problem }) => problem !== undefined).length;
  const slow = answers.filter(({ milliseconds }) => milliseconds > maxP95).length;
  return 100 * errors > maxErrors * planned || planned - slow < Math.ceil(0.95 * planned);
}

/** By the nearest rank. https://en.wikipedia.org/wiki/Percentile#The_nearest-rank_method */
export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.ceil((percent / 100) * sorted.length) - 1] ?? 0;
}
