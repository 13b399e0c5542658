import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { askAws, regionOf } from './aws.ts';
import { everyService, ofScheme, type Place, settingsOf } from './place.ts';
import type { JobState, SparkJob, SparkService } from './service.ts';

const TITLE = 'AWS Glue';
export const GLUE_FORM = 'glue://JOB?region=eu-west-1&worker=G.1X&workers=4';

const settingsSchema = z.strictObject({
  ...everyService,
  region: z.string().exactOptional(),
  /** Kind and number of machines; the job's own unless given, and only both together. */
  worker: z.string().exactOptional(),
  workers: z.coerce.number().int().min(2).exactOptional(),
});

const started = z.object({ JobRunId: z.string() });
const seen = z.object({ JobRun: z.object({ JobRunState: z.string(), ErrorMessage: z.string().nullish() }) });
const stopped = z.object({
  Errors: z.array(z.object({ ErrorDetail: z.object({ ErrorMessage: z.string() }) })).default([]),
});

const ENDED: Readonly<Record<string, JobState['ended']>> = {
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  ERROR: 'failed',
  TIMEOUT: 'failed',
  EXPIRED: 'failed',
  STOPPED: 'stopped',
};

/**
 * AWS Glue: a job that is there (command glueetl, Glue 4.0 or newer), with this run's script instead of its own. Source: AWS
 * Glue developer guide, "Using job parameters in AWS Glue jobs".
 */
export function glue(place: Place): SparkService {
  const { region, worker, workers, poll } = settingsOf(place, settingsSchema, GLUE_FORM);
  const api = { title: TITLE, service: 'glue', region: regionOf(region, GLUE_FORM) };
  const call = (operation: string, json: object) =>
    askAws(api, {
      method: 'POST',
      path: '/',
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSGlue.${operation}` },
      json,
    });
  const machines = {
    ...(worker !== undefined && { WorkerType: worker }),
    ...(workers !== undefined && { NumberOfWorkers: workers }),
  };
  return {
    title: TITLE,
    poll,
    address: ofScheme(TITLE, 's3'),
    start: async (job) => {
      const body = { JobName: place.host, Arguments: parameters(job, place.conf), ...machines, ...timeoutOf(job) };
      return started.parse(await call('StartJobRun', body)).JobRunId;
    },
    look: async (id) => {
      const { JobRun } = seen.parse(await call('GetJobRun', { JobName: place.host, RunId: id }));
      const ended = ENDED[JobRun.JobRunState];
      const reason = JobRun.ErrorMessage;
      return { name: JobRun.JobRunState, ...(ended && { ended }), ...(reason && { reason }) };
    },
    stop: async (id) => {
      const { Errors } = stopped.parse(await call('BatchStopJobRun', { JobName: place.host, JobRunIds: [id] }));
      const [error] = Errors;
      if (error === undefined) return;
      throw new PlatformError(`${TITLE}: ${id} is not stopped: ${error.ErrorDetail.ErrorMessage}`, {
        code: 'environment',
        hint: `look at the page of job ${place.host}`,
      });
    },
  };
}

function timeoutOf({ timeout }: SparkJob) {
  return timeout === undefined ? {} : { Timeout: Math.ceil(timeout / 60) };
}

/** Names and values by turns, as Glue hands them on; it knows no list of settings, so that further ones stand in the first. */
function parameters({ script, modules, args }: SparkJob, conf: Place['conf']): Record<string, string> {
  const own = Array.from({ length: args.length / 2 }, (_, pair) => [args[2 * pair] ?? '', args[2 * pair + 1] ?? '']);
  const settings = Object.entries(conf).map(([key, value]) => `${key}=${value}`);
  return {
    '--scriptLocation': script,
    '--extra-py-files': modules,
    ...(settings.length > 0 && { '--conf': settings.join(' --conf ') }),
    ...Object.fromEntries(own),
  };
}
