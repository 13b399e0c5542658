import { type PipelineDocument, stepOrder, upstream } from '@ml-platform/pipeline';

/** Which steps run, by the rule: all that it needs ran, and its gate holds. */
export function expectedRun(document: PipelineDocument, metricOf: (step: string) => number): ReadonlySet<string> {
  const ran = new Set<string>();
  for (const step of stepOrder(document)) {
    const holds = (step.when ?? []).every(({ metric, operator, bound }) => {
      const left = metricOf(metric.step);
      const right = typeof bound === 'number' ? bound : metricOf(bound.step);
      return { '>=': left >= right, '>': left > right, '<=': left <= right, '<': left < right }[operator];
    });
    if (holds && upstream(step).every((name) => ran.has(name))) ran.add(step.name);
  }
  return ran;
}
