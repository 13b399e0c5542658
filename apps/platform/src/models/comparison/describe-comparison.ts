import type { MetricGate } from '@ml-platform/registry/gate';
import { figure, tableLines } from '../table.ts';
import type { ComparedMetric, Comparison } from './compare-versions.ts';

/** A comparison for a person at a terminal. */
export function describeComparison(comparison: Comparison): string {
  const { model, candidate, champion, metrics } = comparison;
  const beside = champion ? `beside champion ${champion.version}` : 'without a champion yet';
  const head = ['metric', 'candidate', ...(champion ? ['champion', 'difference'] : []), 'allowed'];
  const lines = tableLines([head, ...metrics.map((metric) => cellsOf(metric, champion !== null))]);
  return [
    `${model}: version ${candidate.version} ${beside}`,
    ...lines.map((line) => `  ${line}`),
    ...measuredOf(comparison),
    `${verdictOf(comparison)}\n`,
  ].join('\n');
}

function cellsOf({ metric, candidate, champion, difference, limits, passes, reason }: ComparedMetric, beside: boolean) {
  const verdict = passes === null ? '' : passes ? 'passes' : `fails: ${reason}`;
  const numbers = beside ? [figure(champion), signed(difference)] : [];
  return [metric, figure(candidate), ...numbers, limitsOf(limits), verdict];
}

/** Whether the numbers of the two can be compared. */
export function measuredOf({ champion, apart }: Comparison): string[] {
  if (champion === null) return [];
  return [
    apart === null
      ? "Both are measured on the candidate's data."
      : `The champion's numbers are of its own data: ${apart}.`,
  ];
}

/** What follows from it, in one sentence. */
export function verdictOf({ gate, champion, passes, metrics }: Comparison): string {
  if (gate === null) return 'No gate: no apps/PIPELINE/gate.yaml speaks of this model.';
  if (!passes) return `Does not pass ${gate}: ${failed(metrics)}.`;
  return `Passes ${gate}${champion ? '' : '; there is no champion yet, so nothing can be lost'}.`;
}

function failed(metrics: readonly ComparedMetric[]): string {
  return metrics.flatMap(({ metric, passes }) => (passes === false ? [metric] : [])).join(', ');
}

/** What a gate allows a metric to be. */
export function limitsOf(limits: MetricGate | null): string {
  const { atLeast, atMost, mayLose } = limits ?? {};
  const words = [
    ...(atLeast === undefined ? [] : [`at least ${atLeast}`]),
    ...(atMost === undefined ? [] : [`at most ${atMost}`]),
    ...(mayLose === undefined ? [] : [`may lose ${mayLose}`]),
  ];
  return words.join(', ');
}

export function signed(difference: number | null): string {
  return difference !== null && difference > 0 ? `+${figure(difference)}` : figure(difference);
}
