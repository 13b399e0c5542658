import { z } from 'zod';
import { askAws, regionOf } from './aws.ts';
import { everyService, ofScheme, type Place, settingsOf } from './place.ts';
import type { JobState, SparkJob, SparkService } from './service.ts';

const TITLE = 'EMR Serverless';
export const EMR_SERVERLESS_FORM = 'emr-serverless://APPLICATION?role=ARN&region=eu-west-1';

const settingsSchema = z.strictObject({
  ...everyService,
  /** The role that the job has. */
  role: z.string().regex(/^arn:[^:]+:iam::\d{12}:role\/.+$/, 'expected the ARN of a role'),
  region: z.string().exactOptional(),
});

const started = z.object({ jobRunId: z.string() });
const seen = z.object({ jobRun: z.object({ state: z.string(), stateDetails: z.string().nullish() }) });

const ENDED: Readonly<Record<string, JobState['ended']>> = {
  SUCCESS: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'stopped',
};

/** Amazon EMR Serverless; the host of the place is an application's id. Source: its API reference, StartJobRun. */
export function emrServerless(place: Place): SparkService {
  const { role, region, poll } = settingsOf(place, settingsSchema, EMR_SERVERLESS_FORM);
  const api = { title: TITLE, service: 'emr-serverless', region: regionOf(region, EMR_SERVERLESS_FORM) };
  const runs = `/applications/${encodeURIComponent(place.host)}/jobruns`;
  return {
    title: TITLE,
    poll,
    address: ofScheme(TITLE, 's3'),
    start: async (job) =>
      started.parse(await askAws(api, { method: 'POST', path: runs, json: request(job, role, place.conf) })).jobRunId,
    look: async (id) => {
      const { jobRun } = seen.parse(await askAws(api, { method: 'GET', path: `${runs}/${id}` }));
      const ended = ENDED[jobRun.state];
      return {
        name: jobRun.state,
        ...(ended && { ended }),
        ...(jobRun.stateDetails && { reason: jobRun.stateDetails }),
      };
    },
    stop: async (id) => void (await askAws(api, { method: 'DELETE', path: `${runs}/${id}` })),
  };
}

const LONGEST_NAME = 256;
/** StartJobRun refuses less. */
const LEAST_MINUTES = 5;

function request({ name, id, script, modules, args, logs, timeout }: SparkJob, role: string, conf: Place['conf']) {
  const words = [
    '--py-files',
    modules,
    ...Object.entries(conf).flatMap(([key, value]) => ['--conf', `${key}=${value}`]),
  ];
  return {
    name: name.slice(0, LONGEST_NAME),
    clientToken: id,
    executionRoleArn: role,
    jobDriver: {
      sparkSubmit: {
        entryPoint: script,
        entryPointArguments: args,
        sparkSubmitParameters: words.map(quoted).join(' '),
      },
    },
    configurationOverrides: { monitoringConfiguration: { s3MonitoringConfiguration: { logUri: `${logs}/` } } },
    ...(timeout !== undefined && { executionTimeoutMinutes: Math.max(LEAST_MINUTES, Math.ceil(timeout / 60)) }),
  };
}

/** The parameters are one line, read as a shell does. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `"${word.replace(/["\\]/g, '\\$&')}"`;
}
