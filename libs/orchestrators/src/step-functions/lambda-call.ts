import { PlatformError } from '@ml-platform/errors';
import { parseDuration } from '@ml-platform/pipeline';
import { call } from './asl.ts';
import { checkRules, type Job, mebibytes, type Task } from './job.ts';
import type { SectionOf } from './settings.ts';

export const LAMBDA_CALL = 'arn:aws:states:::lambda:invoke';

type LambdaSettings = SectionOf<'lambda'>;

const TIMEOUT_SECONDS = 15 * 60;
const MOST_MEBIBYTES = 10_240;
const MEBIBYTES_PER_CPU = 1769;

/** Errors of the service, not of a step. Source: Step Functions developer guide, "Handle transient Lambda service exceptions". */
export const LAMBDA_ERRORS = [
  'Lambda.ClientExecutionTimeoutException',
  'Lambda.ServiceException',
  'Lambda.AWSLambdaException',
  'Lambda.SdkClientException',
  'Lambda.TooManyRequestsException',
];

/**
 * A call of a function of AWS Lambda, whose event is `{ "command": ["--pipeline", …] }`.
 *
 * @throws PlatformError `config` for what Lambda can't do, and for more than the settings' functions have.
 */
export function lambdaCall(job: Job, lambda: LambdaSettings): Task {
  checkLimits(job);
  checkFunction(job, lambda);
  return {
    Resource: LAMBDA_CALL,
    Parameters: {
      FunctionName: lambda.functions[job.step.runner.language],
      Payload: { 'command.$': call('Array', ...job.args) },
    },
  };
}

function checkLimits(job: Job): void {
  const { timeout, spot, resources: { cpu, memory, disk, accelerator } = {} } = job.step;
  const quotas = 'AWS Lambda developer guide, "Lambda quotas"';
  const guide = 'AWS Lambda developer guide, "Configure Lambda function memory"';
  checkRules(job, [
    {
      field: 'timeout',
      value: timeout,
      holds: (parseDuration(timeout ?? '') ?? 0) <= TIMEOUT_SECONDS,
      limit: 'AWS Lambda runs a function for at most 15 minutes',
      source: quotas,
    },
    {
      field: 'resources.memory',
      value: memory,
      holds: mebibytes(memory ?? '') <= MOST_MEBIBYTES,
      limit: `a function of AWS Lambda has at most ${MOST_MEBIBYTES}Mi`,
      source: quotas,
    },
    {
      field: 'resources.cpu',
      value: cpu,
      holds: (cpu ?? 0) * MEBIBYTES_PER_CPU <= MOST_MEBIBYTES,
      limit: `AWS Lambda gives one CPU per ${MEBIBYTES_PER_CPU}Mi of at most ${MOST_MEBIBYTES}Mi`,
      source: guide,
    },
    {
      field: 'resources.disk',
      value: disk,
      holds: mebibytes(disk ?? '') <= MOST_MEBIBYTES,
      limit: `a function of AWS Lambda has at most ${MOST_MEBIBYTES}Mi`,
      source: quotas,
    },
    {
      field: 'resources.accelerator.type',
      value: accelerator?.type,
      holds: false,
      limit: 'a function of AWS Lambda has none, its memory alone can be chosen',
      source: guide,
    },
    {
      field: 'spot',
      value: spot ? 'true' : undefined,
      holds: false,
      limit: 'AWS Lambda has no machines that can be taken away',
      source: guide,
    },
  ]);
}

/** A function's memory and disk are its own: no call changes them. */
function checkFunction({ step }: Job, has: LambdaSettings): void {
  const { cpu = 0, memory, disk } = step.resources ?? {};
  const asked = {
    memory: Math.max(mebibytes(memory ?? ''), Math.ceil(cpu * MEBIBYTES_PER_CPU)),
    disk: mebibytes(disk ?? ''),
  };
  for (const field of ['memory', 'disk'] as const) {
    if (asked[field] <= mebibytes(has[field])) continue;
    throw new PlatformError(
      `step '${step.name}' asks for ${asked[field]}Mi of ${field}, and the functions of the settings have ${has[field]}`,
      { code: 'config', hint: `give the functions more, then say so: lambda.${field} in targets.yaml` },
    );
  }
}
