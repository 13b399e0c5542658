import type { PipelineDocument, StepDocument } from './document.ts';

/** Whether a step has parameters that a run can set: besides those that the definition or a loop fills in. */
export function hasParams(
  { params }: PipelineDocument,
  { paramsKey, fixedParams = {}, forEach }: StepDocument,
): boolean {
  const names = Object.keys(params[paramsKey]?.properties ?? {});
  return names.some((name) => name !== forEach?.param && !(name in fixedParams));
}
