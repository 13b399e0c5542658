import { parseDuration, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { tagsOf } from '../aws/tags.ts';
import { retryArguments } from '../timeout.ts';
import { type JobStep, oneLine, PARAMS } from './definition.ts';
import { formOf } from './form.ts';
import { inStore } from './lake.ts';
import { checkArguments, checkRunTime } from './limits.ts';
import { processingJob } from './processing-job.ts';
import type { SageMakerSettings } from './settings.ts';
import { trainingJob } from './training-job.ts';

/** SageMaker API reference, PipelineExecutionStep: StepDescription. */
const DESCRIPTION_LENGTH = 3072;

/** Errors of the service and its machines; of those that a step makes, SageMaker starts none again. */
const STEP_ERRORS = ['Step.SERVICE_FAULT', 'Step.THROTTLING'];
const JOB_ERRORS = ['SageMaker.JOB_INTERNAL_ERROR', 'SageMaker.CAPACITY_ERROR', 'SageMaker.RESOURCE_LIMIT'];

/** What both kinds of jobs are made of. */
export interface JobParts {
  readonly document: PipelineDocument;
  readonly step: StepDocument;
  readonly settings: SageMakerSettings;
  readonly entrypoint: readonly string[];
  readonly args: readonly unknown[];
}

/** The step of a definition that runs one of the pipeline's steps as a job. */
export function jobStep(document: PipelineDocument, step: StepDocument, settings: SageMakerSettings): JobStep {
  const form = formOf(document, step, settings);
  const [entrypoint, args] = [settings.command ?? ['run-step'], runnerArguments(step, settings)];
  checkRunTime(document, step, form.job);
  checkArguments(document, step, args);
  const parts = { document, step, settings, entrypoint, args };
  const needed = upstream(step);
  return {
    Name: step.name,
    Type: form.job === 'training' ? 'Training' : 'Processing',
    ...(step.description && { Description: oneLine(step.description, DESCRIPTION_LENGTH) }),
    ...(needed.length > 0 && { DependsOn: needed }),
    ...retryPolicies(step),
    Arguments: {
      ...(form.job === 'training' ? trainingJob(parts, form) : processingJob(parts, form)),
      RoleArn: settings.role,
      ...jobTags(document),
    },
  };
}

function jobTags(document: PipelineDocument) {
  const tags = tagsOf(document);
  return tags.length > 0 ? { Tags: tags } : {};
}

function runnerArguments(step: StepDocument, { pipeline, lake }: SageMakerSettings): unknown[] {
  const place = ['--pipeline', pipeline, '--step', step.name, '--store', inStore(lake)];
  return [...place, '--params-json', { Get: `Parameters.${PARAMS}` }, ...retryArguments(step)];
}

/** SageMaker counts the runs after the first. */
function retryPolicies({ retry }: StepDocument): Pick<JobStep, 'RetryPolicies'> {
  if (retry === undefined || retry.attempts < 2) return {};
  const { attempts, backoff, factor = 2 } = retry;
  const pause =
    backoff === undefined
      ? { IntervalSeconds: 1, BackoffRate: 1 }
      : { IntervalSeconds: parseDuration(backoff) ?? 1, BackoffRate: factor };
  const policy = { ...pause, MaxAttempts: attempts - 1 };
  return { RetryPolicies: [STEP_ERRORS, JOB_ERRORS].map((ExceptionType) => ({ ExceptionType, ...policy })) };
}
