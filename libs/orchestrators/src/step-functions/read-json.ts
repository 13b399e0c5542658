import type { PipelineDocument } from '@ml-platform/pipeline';
import type { MetricReference } from '../graph.ts';
import { call, EXECUTION_NAME, literal, type State } from './asl.ts';
import { parseLake } from './limits.ts';
import type { StepFunctionsSettings } from './settings.ts';

export const GET_OBJECT = 'arn:aws:states:::aws-sdk:s3:getObject';

/** Path of an output below an execution's folder. */
export function outputFile({ steps }: PipelineDocument, { step, output }: Omit<MetricReference, 'name'>): string {
  const path = steps.find(({ name }) => name === step)?.outputs[output]?.path ?? output;
  return `artifacts/${step}/${literal(path, `output '${output}' of step '${step}'`)}`;
}

/** The state that puts what a JSON file in the lake holds at `path`, as `json`. */
export function readJson(file: string, path: string, { lake }: StepFunctionsSettings, next: string): State {
  const { bucket, prefix } = parseLake(lake);
  return {
    Type: 'Task',
    Resource: GET_OBJECT,
    Parameters: { Bucket: bucket, 'Key.$': call('Format', `'${prefix}{}/${file}'`, EXECUTION_NAME) },
    ResultSelector: { 'json.$': call('StringToJson', '$.Body') },
    ResultPath: path,
    Retry: [{ ErrorEquals: ['States.TaskFailed'], IntervalSeconds: 1, MaxAttempts: 3, BackoffRate: 2 }],
    Next: next,
  };
}
