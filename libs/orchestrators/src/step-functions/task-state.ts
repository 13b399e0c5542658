import { PlatformError } from '@ml-platform/errors';
import { parseDuration } from '@ml-platform/pipeline';
import type { Exit, State } from './asl.ts';
import { batchJob } from './batch-job.ts';
import { ecsTask } from './ecs-task.ts';
import { checkRules, type Job, type Task } from './job.ts';
import { LAMBDA_ERRORS, lambdaCall } from './lambda-call.ts';
import { sageMakerJob } from './sagemaker-job.ts';
import type { FormName, SectionOf } from './settings.ts';

/** States Language, "Retrier": the greatest IntervalSeconds. */
const RETRY_SECONDS = 99_999_999;

/** What a state does with what a job gives back, and where it leads. */
interface Result {
  readonly Comment?: string;
  readonly ResultSelector?: object;
  readonly ResultPath?: string | null;
}

/** The state that runs a job by what its step runs on, and waits for its end. */
export function taskState(job: Job, { Comment, ...result }: Result, exit: Exit | { readonly End: true }): State {
  const form = formNameOf(job);
  const { Resource, Parameters } = taskOf(job, form);
  return {
    Type: 'Task',
    ...(Comment !== undefined && { Comment }),
    Resource,
    Parameters,
    ...retries(job, form),
    ...result,
    ...exit,
  };
}

function formNameOf({ step, settings }: Job): FormName {
  return settings.steps?.[step.name]?.on ?? settings.on;
}

function taskOf(job: Job, form: FormName): Task {
  switch (form) {
    case 'batch':
      return batchJob(job, sectionOf(job, form));
    case 'sagemaker':
      return sageMakerJob(job, sectionOf(job, form));
    case 'ecs':
      return ecsTask(job, sectionOf(job, form));
    case 'lambda':
      return lambdaCall(job, sectionOf(job, form));
  }
}

function sectionOf<Name extends FormName>({ step, settings }: Job, form: Name): SectionOf<Name> {
  const section = settings[form];
  if (section !== undefined) return section as SectionOf<Name>;
  throw new PlatformError(`step '${step.name}' runs on ${form}, and the settings of step-functions have no ${form}`, {
    code: 'config',
    hint: `give the section ${form} in targets.yaml, below step-functions`,
  });
}

/** An error of the service doesn't count as an attempt of the step. */
function retries(job: Job, form: FormName) {
  const own =
    form === 'lambda' ? [{ ErrorEquals: LAMBDA_ERRORS, IntervalSeconds: 2, MaxAttempts: 6, BackoffRate: 2 }] : [];
  const all = [...own, ...retriesOf(job)];
  return all.length > 0 ? { Retry: all } : {};
}

function retriesOf(job: Job) {
  const { retry } = job.step;
  if (retry === undefined || retry.attempts < 2) return [];
  const { attempts, backoff, factor = 2 } = retry;
  const seconds = parseDuration(backoff ?? '') ?? 1;
  checkRules(job, [
    {
      field: 'retry.backoff',
      value: backoff,
      holds: seconds <= RETRY_SECONDS,
      limit: `Step Functions takes at most ${RETRY_SECONDS}s`,
      source: 'Amazon States Language, "Retrier"',
    },
  ]);
  const pause = { IntervalSeconds: seconds, BackoffRate: backoff === undefined ? 1 : factor };
  return [{ ErrorEquals: ['States.TaskFailed'], MaxAttempts: attempts - 1, ...pause }];
}
