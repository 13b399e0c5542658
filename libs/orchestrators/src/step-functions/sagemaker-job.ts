import type { JobForm } from '../aws/machines.ts';
import { tagsOf } from '../aws/tags.ts';
import type { Variable } from '../sagemaker/definition.ts';
import { formOf } from '../sagemaker/form.ts';
import { checkRunTime } from '../sagemaker/limits.ts';
import { processingJob } from '../sagemaker/processing-job.ts';
import type { SageMakerSettings } from '../sagemaker/settings.ts';
import { trainingJob } from '../sagemaker/training-job.ts';
import { call, EXECUTION_NAME, literal } from './asl.ts';
import { checkRules, type Job, type Task } from './job.ts';
import { EXECUTION_NAME_LENGTH } from './limits.ts';
import type { SectionOf, StepFunctionsSettings } from './settings.ts';

export const SAGEMAKER_JOBS: Readonly<Record<JobForm, string>> = {
  processing: 'arn:aws:states:::sagemaker:createProcessingJob.sync',
  training: 'arn:aws:states:::sagemaker:createTrainingJob.sync',
};

/** SageMaker API reference, CreateProcessingJob and CreateTrainingJob: names are unique in an account and its region. */
const NAME_LENGTH = 63;
const UUID_LENGTH = 36;
/** SageMaker API reference, AppSpecification. */
const ARGUMENT_LENGTH = 256;

/**
 * A processing or training job of Amazon SageMaker, with the request that a SageMaker pipeline would make.
 *
 * @throws PlatformError `config` for what SageMaker wouldn't take, or has no machine for.
 */
export function sageMakerJob(job: Job, section: SectionOf<'sagemaker'>): Task {
  // A further run of the step is a job of its own.
  const {
    document,
    step: { retry: _retry, ...step },
  } = job;
  const settings = settingsOf(job.settings, section);
  const form = formOf(document, step, settings);
  checkRunTime(document, step, form.job);
  checkArguments(job);
  const parts = { document, step, settings, entrypoint: job.settings.command, args: [] };
  const request = form.job === 'training' ? trainingJob(parts, form) : processingJob(parts, form);
  const tags = tagsOf(document);
  return {
    Resource: SAGEMAKER_JOBS[form.job],
    Parameters: {
      ...nameOf(job, form.job),
      ...(inStates(withArguments(request, job)) as object),
      RoleArn: section.role,
      ...(tags.length > 0 && { Tags: tags }),
    },
  };
}

function settingsOf(settings: StepFunctionsSettings, section: SectionOf<'sagemaker'>): SageMakerSettings {
  const { lake, pipeline, steps = {} } = settings;
  const own = Object.entries(steps).flatMap(([name, { on, ...step }]) => (on === 'sagemaker' ? [[name, step]] : []));
  return { ...section, lake, pipeline, steps: Object.fromEntries(own) };
}

/** Each attempt makes a job, and each job has a name of its own. */
function nameOf({ step }: Job, form: JobForm) {
  const prefix = step.name.slice(0, NAME_LENGTH - UUID_LENGTH - 1);
  const field = form === 'training' ? 'TrainingJobName' : 'ProcessingJobName';
  return { [`${field}.$`]: call('Format', `'${prefix}-{}'`, call('UUID')) };
}

/** Arguments that an execution fills in are a call, which stands in place of the list. */
function withArguments(request: object, { args }: Job): object {
  return Object.fromEntries(
    Object.entries(request).map(([key, value]) => {
      if (key !== 'AppSpecification' && key !== 'AlgorithmSpecification') return [key, value];
      const { ContainerArguments: _, ...rest } = value as Record<string, unknown>;
      return [key, { ...rest, 'ContainerArguments.$': call('Array', ...args) }];
    }),
  );
}

/** What a SageMaker pipeline fills in, as calls of intrinsic functions. */
function inStates(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inStates);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) =>
      isVariable(each) ? [`${key}.$`, filledIn(each)] : [key, inStates(each)],
    ),
  );
}

function isVariable(value: unknown): value is Variable {
  return typeof value === 'object' && value !== null && ('Std:Join' in value || 'Get' in value);
}

function filledIn(variable: Variable): string {
  if (!('Std:Join' in variable)) return EXECUTION_NAME;
  const { On, Values } = variable['Std:Join'];
  const texts = Values.map((of) => (typeof of === 'string' ? literal(of, 'a place in settings.lake') : '{}'));
  const others = Values.filter((of) => typeof of !== 'string');
  return call('Format', `'${texts.join(On)}'`, ...others.map(filledIn));
}

function checkArguments(job: Job): void {
  const { lake, pipeline } = job.settings;
  const source = 'SageMaker API reference, AppSpecification';
  checkRules(job, [
    {
      field: "characters of its pipeline's path",
      value: pipeline.length,
      holds: pipeline.length <= ARGUMENT_LENGTH,
      limit: `SageMaker takes at most ${ARGUMENT_LENGTH} in an argument`,
      source,
    },
    {
      field: 'characters of settings.lake',
      value: lake.length,
      holds: lake.length + 1 + EXECUTION_NAME_LENGTH <= ARGUMENT_LENGTH,
      limit: `SageMaker takes at most ${ARGUMENT_LENGTH} in an argument, of which an execution's name has up to ${EXECUTION_NAME_LENGTH}`,
      source,
    },
  ]);
}
