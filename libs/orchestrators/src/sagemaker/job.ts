import { parseDuration, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { tagsOf } from '../aws/tags.ts';
import { retryArguments } from '../timeout.ts';
import { nativeTune, type Tune } from '../tuning.ts';
import { type JobStep, oneLine, PARAMS } from './definition.ts';
import { formOf } from './form.ts';
import { inStore } from './lake.ts';
import { checkArguments, checkRunTime } from './limits.ts';
import { processingJob } from './processing-job.ts';
import type { SageMakerSettings } from './settings.ts';
import { trainingJob } from './training-job.ts';
import { trialsName, tuningJob } from './tuning-job.ts';

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

/** The steps of a definition that run one of the pipeline's steps: a job; of a search that SageMaker leads, two. */
export function jobSteps(document: PipelineDocument, step: StepDocument, settings: SageMakerSettings): JobStep[] {
  const tune = nativeTune(step, settings.steps);
  if (tune) return tuningSteps(document, step, tune, settings);
  const form = formOf(document, step, settings);
  checkRunTime(document, step, form.job);
  const parts = partsOf(document, step, settings, retryArguments(step));
  return [
    {
      Name: step.name,
      Type: form.job === 'training' ? 'Training' : 'Processing',
      ...described(step),
      ...waiting(upstream(step)),
      ...retryPolicies(step, [STEP_ERRORS, JOB_ERRORS]),
      Arguments: {
        ...(form.job === 'training' ? trainingJob(parts, form) : processingJob(parts, form)),
        RoleArn: settings.role,
        ...jobTags(document),
      },
    },
  ];
}

/** A tuning job, then a processing job of the step's name that leaves what the best trial left. */
function tuningSteps(
  document: PipelineDocument,
  step: StepDocument,
  tune: Tune,
  settings: SageMakerSettings,
): JobStep[] {
  checkRunTime(document, step, 'training');
  const form = formOf(document, step, settings);
  const adopting = adoptingStep(step);
  const { steps: _, ...others } = settings;
  return [
    {
      Name: trialsName(step.name),
      Type: 'Tuning',
      ...described(step),
      ...waiting(upstream(step)),
      // Errors of a trial's machine are those of its training job, and tried again there.
      ...retryPolicies(step, [STEP_ERRORS]),
      Arguments: { ...tuningJob(partsOf(document, step, settings), tune, form), ...jobTags(document) },
    },
    {
      Name: step.name,
      Type: 'Processing',
      ...waiting([trialsName(step.name)]),
      ...retryPolicies(step, [STEP_ERRORS, JOB_ERRORS]),
      Arguments: {
        ...processingJob(partsOf(document, adopting, settings, ['--best-trial']), formOf(document, adopting, others)),
        RoleArn: settings.role,
        ...jobTags(document),
      },
    },
  ];
}

/** It copies files alone: of what the step asks for, it needs the disk. */
function adoptingStep({ timeout: _, spot: __, resources, ...step }: StepDocument): StepDocument {
  return { ...step, ...(resources?.disk !== undefined && { resources: { disk: resources.disk } }) };
}

function partsOf(
  document: PipelineDocument,
  step: StepDocument,
  settings: SageMakerSettings,
  more: readonly string[] = [],
): JobParts {
  const args = [...runnerArguments(step, settings), ...more];
  checkArguments(document, step, args);
  return { document, step, settings, entrypoint: settings.command ?? ['run-step'], args };
}

function described({ description }: StepDocument) {
  return description ? { Description: oneLine(description, DESCRIPTION_LENGTH) } : {};
}

function waiting(needed: readonly string[]) {
  return needed.length > 0 ? { DependsOn: needed } : {};
}

function jobTags(document: PipelineDocument) {
  const tags = tagsOf(document);
  return tags.length > 0 ? { Tags: tags } : {};
}

function runnerArguments(step: StepDocument, { pipeline, lake }: SageMakerSettings): unknown[] {
  const place = ['--pipeline', pipeline, '--step', step.name, '--store', inStore(lake)];
  return [...place, '--params-json', { Get: `Parameters.${PARAMS}` }];
}

/** SageMaker counts the runs after the first. */
function retryPolicies(
  { retry }: StepDocument,
  errors: readonly (readonly string[])[],
): Pick<JobStep, 'RetryPolicies'> {
  if (retry === undefined || retry.attempts < 2) return {};
  const { attempts, backoff, factor = 2 } = retry;
  const pause =
    backoff === undefined
      ? { IntervalSeconds: 1, BackoffRate: 1 }
      : { IntervalSeconds: parseDuration(backoff) ?? 1, BackoffRate: factor };
  const policy = { ...pause, MaxAttempts: attempts - 1 };
  return { RetryPolicies: errors.map((ExceptionType) => ({ ExceptionType, ...policy })) };
}
