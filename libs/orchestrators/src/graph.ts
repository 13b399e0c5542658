import { type Condition, type PipelineDocument, stepOrder, upstream } from '@ml-platform/pipeline';

/** A number that a step leaves under a name in one of its metrics outputs. */
export type MetricReference = Condition['metric'];

/** Steps with a gate before them, and all that follow from one. */
export function skippableSteps(document: PipelineDocument): ReadonlySet<string> {
  const skippable = new Set<string>();
  for (const step of stepOrder(document)) {
    if ((step.when ?? []).length > 0 || upstream(step).some((name) => skippable.has(name))) skippable.add(step.name);
  }
  return skippable;
}

/** The metrics that conditions compare, each once. */
export function metricsOf(conditions: readonly Condition[]): MetricReference[] {
  const all = conditions.flatMap(({ metric, bound }) => (typeof bound === 'number' ? [metric] : [metric, bound]));
  return [...new Map(all.map((metric) => [`${metric.step}.${metric.output}.${metric.name}`, metric])).values()];
}

/** Metrics of a step that gates anywhere in the pipeline read, each once. */
export function gateMetrics({ steps }: PipelineDocument, step: string): MetricReference[] {
  return metricsOf(steps.flatMap(({ when = [] }) => when)).filter((metric) => metric.step === step);
}

/** Outputs of a step that other steps loop over, each once. */
export function loopedLists({ steps }: PipelineDocument, step: string): string[] {
  const lists = steps.flatMap(({ forEach }) => (forEach?.from.step === step ? [forEach.from.output] : []));
  return [...new Set(lists)];
}

/** As a person says it: `train.auc >= 0.7`. */
export function describeCondition({ metric, operator, bound }: Condition): string {
  const nameOf = ({ step, name }: MetricReference) => `${step}.${name}`;
  return `${nameOf(metric)} ${operator} ${typeof bound === 'number' ? bound : nameOf(bound)}`;
}

/** `--metric` of the step runner: a metric alone in a file, where an engine's gate reads it. */
export function metricArguments(files: readonly (readonly [MetricReference, string])[]): string[] {
  return files.flatMap(([{ output, name }, file]) => ['--metric', `${output}.${name}=${file}`]);
}
