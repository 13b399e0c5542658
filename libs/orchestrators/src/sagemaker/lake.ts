import type { PipelineDocument } from '@ml-platform/pipeline';
import type { MetricReference } from '../graph.ts';
import { EXECUTION_ID, type Variable } from './definition.ts';

export type OutputReference = Pick<MetricReference, 'step' | 'output'>;

/** A place in an execution's own folder of the lake. */
export function inStore(lake: string, ...path: readonly string[]): Variable {
  return { 'Std:Join': { On: '/', Values: [lake.replace(/\/+$/, ''), EXECUTION_ID, ...path] } };
}

/** Where the step runner puts an output. */
export function outputPlace({ steps }: PipelineDocument, lake: string, { step, output }: OutputReference): Variable {
  const path = steps.find(({ name }) => name === step)?.outputs[output]?.path ?? output;
  return inStore(lake, `artifacts/${step}/${path}`);
}
