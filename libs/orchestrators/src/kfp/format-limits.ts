import type { PipelineDocument } from '@ml-platform/pipeline';
import type { Excess } from '../limits.ts';

const DESCRIPTION = 1024;

/** Of KFP's format, whatever the engine. */
export function descriptionLength({ description = '' }: PipelineDocument): Excess | undefined {
  if ([...description].length <= DESCRIPTION) return undefined;
  return {
    field: 'description',
    value: `${[...description].length} characters`,
    limit: `a pipeline's has ${DESCRIPTION} at most`,
    source: 'Kubeflow Pipelines 2.17, pipeline_spec.proto, PipelineInfo',
  };
}
