import { type ErrorCode, PlatformError } from '@ml-platform/errors';
import { findRefusal } from '../api/rest.ts';
import type { Job, JobProblem } from '../api/resources.ts';

/** What a job was for, in the words of an error. */
export interface JobPurpose {
  /** `forecast.sql` or `loading input 'visits'`. */
  readonly name: string;
  readonly code: ErrorCode;
  /** What to do about an error of which nothing more is known. */
  readonly hint: string;
}

/** Those that are about the account, or about BigQuery itself: https://cloud.google.com/bigquery/docs/error-messages */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  accessDenied: 'give who is signed in a role that allows it, in the project that it names',
  backendError: 'BigQuery had a failure of its own: run the step again',
  billingNotEnabled: 'enable billing for the project',
  internalError: 'BigQuery had a failure of its own: run the step again',
  jobBackendError: 'BigQuery had a failure of its own: run the step again',
  jobInternalError: 'BigQuery had a failure of its own: run the step again',
  jobRateLimitExceeded: 'wait a little, then again',
  quotaExceeded: 'wait until the quota is renewed, or have it raised',
  rateLimitExceeded: 'wait a little, then again',
};

/** Returns a job that succeeded; of one that didn't, throws why. */
export function succeeded(job: Job, purpose: JobPurpose): Job {
  const { errorResult, errors } = job.status;
  if (errorResult === undefined) return job;
  const details = errors.map(({ message }) => message).filter((message) => message && message !== errorResult.message);
  throw jobError(errorResult, purpose, details);
}

/** A job that BigQuery doesn't even start is refused with the same words: the error that the job would have ended with. */
export function asJobError(thrown: unknown, purpose: JobPurpose): unknown {
  const refusal = findRefusal(thrown);
  return refusal?.status === 400 ? jobError(refusal, purpose) : thrown;
}

const POSITION = /\s*\bat \[(\d+):(\d+)\]/;

function jobError(
  { reason, message }: JobProblem,
  purpose: JobPurpose,
  details: readonly string[] = [],
): PlatformError {
  const [, line, column] = POSITION.exec(message) ?? [];
  const place = line === undefined ? purpose.name : `${purpose.name}:${line}:${column}`;
  // The first details say where in the data, thousands more say it again.
  const said = [message.replace(POSITION, ''), ...details.slice(0, 3)].join('; ');
  const environment = ENVIRONMENT[reason];
  return new PlatformError(`${place}: ${said}`, {
    code: environment === undefined ? purpose.code : 'environment',
    hint:
      environment ??
      hintFor(reason, message) ??
      (line === undefined ? purpose.hint : `mend line ${line} of ${purpose.name}`),
    cause: new Error(`${reason}: ${message}`),
  });
}

function hintFor(reason: string, message: string): string | undefined {
  if (reason === 'bytesBilledLimitExceeded' || /exceeded limit for bytes billed/i.test(message)) {
    return 'read less: fewer columns, a partition; or raise maximumBytesBilled';
  }
  if (/too large to be exported to a single file/i.test(message)) {
    return 'BigQuery writes up to 1 GB into one file: declare the output as directory(), and it becomes a folder of Parquet files';
  }
  const parameter = /query parameter '?(\w+)'? not found/i.exec(message)?.[1];
  if (parameter !== undefined) return `give the step a parameter '${parameter}'`;
  if (reason === 'stopped') return 'somebody cancelled it: run the step again';
  return undefined;
}
