import { PlatformError } from '@ml-platform/errors';
import { parseDuration, parseMemory, type PipelineDocument, type StepDocument } from '@ml-platform/pipeline';
import type { StepFunctionsSettings } from './settings.ts';

/** Step Functions developer guide, "Service quotas": a definition's size, and an execution's name. */
const DEFINITION_BYTES = 1024 * 1024;
const EXECUTION_NAME_LENGTH = 80;
/** States Language, "Retrier": the greatest IntervalSeconds. */
const RETRY_SECONDS = 99_999_999;
/** AWS Batch API reference: SubmitJob, JobTimeout, ResourceRequirement. */
const JOB_NAME_LENGTH = 128;
const TIMEOUT_SECONDS = 60;
const MEMORY_MEBIBYTES = 4;
const CPU_SHARES = [0.25, 0.5];
/** AWS Batch user guide, "Tag restrictions". */
const TAGS = { count: 50, key: 128, value: 256 } as const;
const TAG_CHARACTERS = /^[\p{L}\p{N}\p{Z}+\-=._:/@]*$/u;

/**
 * Looks whether what a pipeline asks for is within the limits of Step Functions and AWS Batch.
 *
 * @throws PlatformError `config`, naming step, field and limit.
 */
export function checkLimits(document: PipelineDocument): void {
  for (const step of document.steps) {
    const problem = findProblem(step);
    if (problem) throw refuse(`pipeline '${document.name}', step '${step.name}': ${problem}`);
  }
  const problem = labelsProblem(document.labels ?? {});
  if (problem) throw refuse(`pipeline '${document.name}': ${problem}`);
}

/** @throws PlatformError `config` for a definition that Step Functions wouldn't take. */
export function checkSize({ name }: PipelineDocument, text: string): void {
  if (fits(text)) return;
  const bytes = Buffer.byteLength(text);
  throw refuse(
    `pipeline '${name}': its state machine has ${bytes} bytes; Step Functions takes at most ${DEFINITION_BYTES}`,
  );
}

export function fits(text: string): boolean {
  return Buffer.byteLength(text) <= DEFINITION_BYTES;
}

function findProblem(step: StepDocument): string | undefined {
  const { name, timeout, forEach, retry, resources: { cpu, memory } = {} } = step;
  const nameLength = JOB_NAME_LENGTH - EXECUTION_NAME_LENGTH - 1;
  if (name.length > nameLength)
    return `name has ${name.length} characters; with an execution's name after it, AWS Batch leaves it at most ${nameLength}`;
  if (timeout !== undefined && !forEach && (parseDuration(timeout) ?? 0) < TIMEOUT_SECONDS)
    return `timeout is ${timeout}; AWS Batch takes at least ${TIMEOUT_SECONDS}s`;
  if (retry?.backoff !== undefined && (parseDuration(retry.backoff) ?? 0) > RETRY_SECONDS)
    return `retry.backoff is ${retry.backoff}; Step Functions takes at most ${RETRY_SECONDS}s`;
  if (cpu !== undefined && !Number.isInteger(cpu) && !CPU_SHARES.includes(cpu))
    return `resources.cpu is ${cpu}; AWS Batch takes whole numbers, and on Fargate ${CPU_SHARES.join(' or ')}`;
  if (memory !== undefined && (parseMemory(memory) ?? 0) < MEMORY_MEBIBYTES)
    return `resources.memory is ${memory}; AWS Batch takes at least ${MEMORY_MEBIBYTES}Mi`;
  return undefined;
}

function labelsProblem(labels: Readonly<Record<string, string>>): string | undefined {
  const count = Object.keys(labels).length;
  if (count > TAGS.count) return `labels are ${count}; an AWS Batch job has at most ${TAGS.count} tags`;
  for (const [key, value] of Object.entries(labels)) {
    if (key.length < 1 || key.length > TAGS.key || key.toLowerCase().startsWith('aws:'))
      return `label '${key}': a tag's key has 1 to ${TAGS.key} characters and doesn't begin with aws:`;
    if (value.length > TAGS.value)
      return `label '${key}' has a value of ${value.length} characters; a tag's has at most ${TAGS.value}`;
    if (!TAG_CHARACTERS.test(key + value))
      return `label '${key}' is '${value}': a tag has letters, numbers, spaces and + - = . _ : / @`;
  }
  return undefined;
}

/** @throws PlatformError `config` for a step that no queue of the settings fits. */
export function queueOf({ name, spot, resources }: StepDocument, settings: StepFunctionsSettings): string {
  const type = resources?.accelerator?.type;
  const queues = type === undefined ? settings : settings.accelerators?.[type];
  const field = type === undefined ? 'spotQueue' : `accelerators['${type}']${queues ? '.spotQueue' : ''}`;
  const queue = spot ? queues?.spotQueue : queues?.queue;
  if (queue !== undefined) return queue;
  const asked = queues ? 'spot' : `resources.accelerator ${type}`;
  throw new PlatformError(`step '${name}' asks for ${asked}, and the settings have no ${field}`, {
    code: 'config',
    hint: `give the queue in settings.${field}`,
  });
}

/** Bucket, and what stands before an execution's name in a key: nothing, or a path that ends with `/`. */
export function parseLake(lake: string): { bucket: string; prefix: string } {
  const [, bucket, path] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/([^'{}\\]*[^'{}\\/]))?$/.exec(lake) ?? [];
  if (bucket !== undefined) return { bucket, prefix: path === undefined ? '' : `${path}/` };
  throw new PlatformError(`settings.lake is ${JSON.stringify(lake)}, not an address in S3 without a slash at its end`, {
    code: 'config',
    hint: 'write it as s3://bucket/prefix',
  });
}

function refuse(message: string): PlatformError {
  return new PlatformError(message, { code: 'config', hint: 'change the definition in src/pipeline.ts' });
}
