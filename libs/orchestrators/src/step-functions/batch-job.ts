import { parseDuration, parseMemory, type PipelineDocument, type StepDocument, upstream } from '@ml-platform/pipeline';
import { engineTimeout } from '../timeout.ts';
import { call, EXECUTION_NAME, type Exit, keyPath, literal, type State } from './asl.ts';
import { queueOf } from './limits.ts';
import type { StepFunctionsSettings } from './settings.ts';

export const BATCH_JOB = 'arn:aws:states:::batch:submitJob.sync';

/** Machines that may be taken from a job before it fails; Batch allows 10 attempts. */
const SPOT_ATTEMPTS = 5;

interface Place {
  /** It may be skipped as well, so it leaves a flag that it ran. */
  readonly noted: boolean;
  readonly exit: Exit;
}

/**
 * The state that runs a step as a job of AWS Batch, and waits for its end. Batch takes letters, digits, `-` and `_` in
 * a job's name, so an execution's name is to be made of these.
 */
export function batchJob(
  { labels }: PipelineDocument,
  step: StepDocument,
  settings: StepFunctionsSettings,
  { noted, exit }: Place,
): State {
  const needed = upstream(step);
  const timeout = engineTimeout(step);
  return {
    Type: 'Task',
    ...(needed.length > 0 && { Comment: `after ${needed.join(', ')}` }),
    Resource: BATCH_JOB,
    Parameters: {
      'JobName.$': call('Format', `'${step.name}-{}'`, EXECUTION_NAME),
      JobQueue: queueOf(step, settings),
      JobDefinition: settings.jobDefinitions[step.runner.language],
      ContainerOverrides: containerOverrides(step, settings),
      RetryStrategy: step.spot ? retryOnReclaim : { Attempts: 1 },
      ...(timeout !== undefined && { Timeout: { AttemptDurationSeconds: timeout } }),
      ...(labels && Object.keys(labels).length > 0 && { Tags: labels }),
    },
    ...retries(step),
    ...(noted ? { ResultSelector: { done: true }, ResultPath: keyPath('$.ran', step.name) } : { ResultPath: null }),
    ...exit,
  };
}

/** Source: AWS Batch user guide, "Automated job retries": a reclaimed machine's reason begins so. */
const retryOnReclaim = {
  Attempts: SPOT_ATTEMPTS,
  EvaluateOnExit: [
    { OnStatusReason: 'Host EC2*', Action: 'RETRY' },
    { OnReason: '*', Action: 'EXIT' },
  ],
};

function containerOverrides(step: StepDocument, settings: StepFunctionsSettings) {
  const { cpu, memory, accelerator } = step.resources ?? {};
  const requirements = [
    { Type: 'VCPU', Value: cpu },
    { Type: 'MEMORY', Value: memory === undefined ? undefined : parseMemory(memory) },
    { Type: 'GPU', Value: accelerator?.count },
  ].flatMap(({ Type, Value }) => (Value === undefined ? [] : [{ Type, Value: String(Value) }]));
  return {
    'Command.$': command(step, settings),
    ...(requirements.length > 0 && { ResourceRequirements: requirements }),
  };
}

function command(step: StepDocument, settings: StepFunctionsSettings): string {
  const words = [...(settings.command ?? ['run-step']), '--pipeline', settings.pipeline, '--step', step.name];
  const texts = words.map((word) => `'${literal(word, `a word of the command of step '${step.name}'`)}'`);
  const store = call('Format', `'${literal(settings.lake, 'settings.lake')}/{}'`, EXECUTION_NAME);
  return call('Array', ...texts, `'--store'`, store, `'--params-json'`, '$.params');
}

function retries({ retry }: StepDocument) {
  if (retry === undefined || retry.attempts < 2) return {};
  const { attempts, backoff, factor = 2 } = retry;
  const pause = backoff === undefined ? { IntervalSeconds: 1, BackoffRate: 1 } : undefined;
  return {
    Retry: [
      {
        ErrorEquals: ['States.TaskFailed'],
        MaxAttempts: attempts - 1,
        ...(pause ?? { IntervalSeconds: parseDuration(backoff ?? '') ?? 1, BackoffRate: factor }),
      },
    ],
  };
}
