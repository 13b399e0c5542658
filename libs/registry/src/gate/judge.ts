import type { Gate, MetricGate } from './gate.ts';

type Metrics = Readonly<Record<string, number>>;

export interface JudgedMetric {
  readonly metric: string;
  readonly passes: boolean;
  /** Why it doesn't. */
  readonly reason?: string;
}

/** Sums of decimal fractions are off by so much: 0.725 - 0.72 is more than 0.005. */
const ROUNDING = 1e-12;

/**
 * What a gate says of a candidate's metrics, one by one. Beside a champion that isn't there, or hasn't the metric, nothing
 * can be lost.
 */
export function judge({ metrics }: Pick<Gate, 'metrics'>, candidate: Metrics, champion: Metrics = {}): JudgedMetric[] {
  return Object.entries(metrics).map(([metric, gate]) => {
    const reason = objection(gate, candidate[metric], champion[metric]);
    return { metric, passes: reason === undefined, ...(reason !== undefined && { reason }) };
  });
}

function objection(gate: MetricGate, candidate: number | undefined, champion: number | undefined): string | undefined {
  const { better, atLeast, atMost, mayLose } = gate;
  if (candidate === undefined) return 'the candidate has no such metric';
  if (atLeast !== undefined && candidate < atLeast) return `${candidate} is below ${atLeast}`;
  if (atMost !== undefined && candidate > atMost) return `${candidate} is above ${atMost}`;
  if (mayLose === undefined || champion === undefined) return undefined;
  const lost = better === 'higher' ? champion - candidate : candidate - champion;
  if (lost <= mayLose + ROUNDING * Math.abs(champion)) return undefined;
  return `${candidate} is ${shortened(lost)} worse than the champion's ${champion}, and may be ${mayLose}`;
}

function shortened(value: number): number {
  return Number(value.toPrecision(3));
}
