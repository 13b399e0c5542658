import { createHash } from 'node:crypto';
import type { PipelineDocument, StepDocument } from '../document/document.ts';

/**
 * One hash over what a pipeline's definition says of a step that its result depends on: wiring, gates, defaults of
 * parameters, values fixed. Where and how often it runs (resources, retries, a timeout) is not in it.
 */
export function stepDefinition({ params }: PipelineDocument, step: StepDocument): string {
  const { description: _, resources: _r, retry: _a, timeout: _t, spot: _s, ...rest } = step;
  return createHash('sha256')
    .update(JSON.stringify([rest, params[step.paramsKey]]))
    .digest('hex');
}
