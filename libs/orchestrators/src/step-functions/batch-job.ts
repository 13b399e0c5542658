import { parseDuration } from '@ml-platform/pipeline';
import { tagsOf } from '../aws/tags.ts';
import { engineTimeout } from '../timeout.ts';
import { call, EXECUTION_NAME } from './asl.ts';
import { checkDisk, checkRules, commandOf, type Job, mebibytes, notInSettings, type Task } from './job.ts';
import { EXECUTION_NAME_LENGTH } from './limits.ts';
import type { SectionOf } from './settings.ts';

export const BATCH_JOB = 'arn:aws:states:::batch:submitJob.sync';

type BatchSettings = SectionOf<'batch'>;

/** Machines that may be taken from a job before it fails; Batch allows 10 attempts. */
const SPOT_ATTEMPTS = 5;
/** AWS Batch API reference: SubmitJob, JobTimeout, ResourceRequirement. */
const JOB_NAME_LENGTH = 128;
const TIMEOUT_SECONDS = 60;
const MEMORY_MEBIBYTES = 4;
const CPU_SHARES = [0.25, 0.5];

/**
 * A job of AWS Batch. Batch takes letters, digits, `-` and `_` in a job's name, so an execution's name is to be made of
 * these.
 *
 * @throws PlatformError `config` for what Batch wouldn't take, and for what the settings don't give.
 */
export function batchJob(job: Job, batch: BatchSettings): Task {
  checkLimits(job);
  checkDisk(job, 'batch.disk', batch.disk);
  const { document, step } = job;
  const timeout = engineTimeout(step);
  const tags = tagsOf(document);
  return {
    Resource: BATCH_JOB,
    Parameters: {
      'JobName.$': call('Format', `'${step.name}-{}'`, EXECUTION_NAME),
      JobQueue: queueOf(job, batch),
      JobDefinition: batch.jobDefinitions[step.runner.language],
      ContainerOverrides: containerOverrides(job),
      RetryStrategy: step.spot ? retryOnReclaim : { Attempts: 1 },
      ...(timeout !== undefined && { Timeout: { AttemptDurationSeconds: timeout } }),
      ...(tags.length > 0 && { Tags: Object.fromEntries(tags.map(({ Key, Value }) => [Key, Value])) }),
    },
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

function containerOverrides(job: Job) {
  const { cpu, memory, accelerator } = job.step.resources ?? {};
  const requirements = [
    { Type: 'VCPU', Value: cpu },
    { Type: 'MEMORY', Value: memory === undefined ? undefined : mebibytes(memory) },
    { Type: 'GPU', Value: accelerator?.count },
  ].flatMap(({ Type, Value }) => (Value === undefined ? [] : [{ Type, Value: String(Value) }]));
  return {
    'Command.$': commandOf(job),
    ...(requirements.length > 0 && { ResourceRequirements: requirements }),
  };
}

function queueOf(job: Job, batch: BatchSettings): string {
  const { spot, resources } = job.step;
  const type = resources?.accelerator?.type;
  const queues = type === undefined ? batch : batch.accelerators?.[type];
  const field = type === undefined ? 'batch' : `batch.accelerators['${type}']`;
  if (queues === undefined) throw notInSettings(job, `resources.accelerator ${type}`, field);
  const queue = spot ? queues.spotQueue : queues.queue;
  if (queue === undefined) throw notInSettings(job, 'spot', `${field}.spotQueue`);
  return queue;
}

function checkLimits(job: Job): void {
  const { name, timeout, resources: { cpu, memory } = {} } = job.step;
  const nameLength = JOB_NAME_LENGTH - EXECUTION_NAME_LENGTH - 1;
  const seconds = engineTimeout(job.step) === undefined ? undefined : parseDuration(timeout ?? '');
  checkRules(job, [
    {
      field: 'name',
      value: `'${name}'`,
      holds: name.length <= nameLength,
      limit: `AWS Batch takes ${JOB_NAME_LENGTH} characters, which an execution's name leaves ${nameLength} of`,
      source: 'AWS Batch API reference, SubmitJob',
    },
    {
      field: 'timeout',
      value: timeout,
      holds: seconds === undefined || seconds >= TIMEOUT_SECONDS,
      limit: `AWS Batch takes at least ${TIMEOUT_SECONDS}s`,
      source: 'AWS Batch API reference, JobTimeout',
    },
    {
      field: 'resources.cpu',
      value: cpu,
      holds: Number.isInteger(cpu) || CPU_SHARES.includes(cpu ?? 0),
      limit: `AWS Batch takes whole numbers, and on Fargate ${CPU_SHARES.join(' or ')}`,
      source: 'AWS Batch API reference, ResourceRequirement',
    },
    {
      field: 'resources.memory',
      value: memory,
      holds: mebibytes(memory ?? '') >= MEMORY_MEBIBYTES,
      limit: `AWS Batch takes at least ${MEMORY_MEBIBYTES}Mi`,
      source: 'AWS Batch API reference, ResourceRequirement',
    },
  ]);
}
