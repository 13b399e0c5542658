import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { PARAMS } from '../../kfp/channels.ts';
import { VERTEX_EXAMPLE } from '../../kfp/settings.ts';
import { stepOfTask } from '../../kfp/trials-task.ts';
import { type CompiledFiles, fileOf } from '../../target.ts';
import type { Engine, EngineContext, LogLine, RunParams, RunStatus, StepState } from '../engine.ts';
import { askJson, isNotFound, type Rest } from '../http/rest-client.ts';
import { dateOf, runStatus, type Seen, seenWithTrials } from '../step-statuses.ts';
import { googleRest } from './google-rest.ts';

const settings = z.object({
  project: z.string(),
  location: z.string(),
  root: z.string(),
  submit: z
    .strictObject({
      /** Of the API, where it isn't reached by its public name. */
      url: z.url().exactOptional(),
      /** The same of Cloud Logging. */
      loggingUrl: z.url().exactOptional(),
    })
    .default({}),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const JOB_FILE = 'pipeline-job.json';

const RUN_STATES: Readonly<Record<string, RunStatus['state']>> = {
  PIPELINE_STATE_SUCCEEDED: 'succeeded',
  PIPELINE_STATE_FAILED: 'failed',
  PIPELINE_STATE_CANCELLED: 'stopped',
};

const TASK_STATES: Readonly<Record<string, StepState>> = {
  PENDING: 'running',
  RUNNING: 'running',
  CANCEL_PENDING: 'running',
  CANCELLING: 'running',
  SUCCEEDED: 'succeeded',
  FAILED: 'failed',
  CANCELLED: 'failed',
  SKIPPED: 'succeeded',
  NOT_TRIGGERED: 'skipped',
};

const error = z.object({ message: z.string().default('') }).nullish();
const task = z.object({
  taskName: z.string().default(''),
  state: z.string().default(''),
  startTime: z.string().nullish(),
  endTime: z.string().nullish(),
  error,
  executorDetail: z
    .object({
      containerDetail: z
        .object({ mainJob: z.string().nullish(), failedMainJobs: z.array(z.string()).default([]) })
        .nullish(),
      customJobDetail: z.object({ job: z.string().nullish(), failedJobs: z.array(z.string()).default([]) }).nullish(),
    })
    .nullish(),
});
type Task = z.infer<typeof task>;
const job = z.object({
  name: z.string(),
  state: z.string().default(''),
  error,
  jobDetail: z.object({ taskDetails: z.array(task).default([]) }).nullish(),
});

/**
 * Vertex AI Pipelines through its REST API, with Google's own library for who asks: the whole client library weighs 115 MB
 * with what it needs, for two requests. A run is the id of a pipeline job.
 */
export const vertexEngine: Engine<Settings> = {
  settings,
  example: VERTEX_EXAMPLE,
  lake: ({ root }) => root,
  submit: async (compiled, { params, runName }, context) => {
    const run = `${context.document.name}-${runName}`;
    const path = `${jobsPath(context)}?pipelineJobId=${run}`;
    await askJson(await open(context), { method: 'POST', path, body: jobOf(compiled, params) });
    const { project, location } = context.settings;
    const page = 'https://console.cloud.google.com/vertex-ai/pipelines/locations';
    return { run, url: `${page}/${location}/runs/${run}?project=${project}` };
  },
  status: async (run, context) => {
    const { state, error: why, jobDetail } = await findRun(run, context);
    const tasks = jobDetail?.taskDetails ?? [];
    const { document } = context;
    const seen = seenWithTrials(
      tasks.map((one) => [one.taskName, seenTask(one)]),
      (task) => stepOfTask(document, task),
    );
    return runStatus(run, RUN_STATES[state] ?? 'running', { document, seen, reason: why?.message });
  },
  logs: async function* (run, step, context) {
    const { jobDetail } = await findRun(run, context);
    const steps = context.document.steps.map(({ name }) => name).filter((name) => step === undefined || name === step);
    for (const name of steps) {
      const found = (jobDetail?.taskDetails ?? []).filter(
        ({ taskName }) => stepOfTask(context.document, taskName) === name,
      );
      for (const id of found.flatMap(customJobs)) yield* jobLines(name, id, context);
    }
  },
};

function jobOf(compiled: CompiledFiles, params: RunParams) {
  const body = z
    .looseObject({ runtimeConfig: z.looseObject({ parameterValues: z.record(z.string(), z.unknown()).optional() }) })
    .parse(JSON.parse(fileOf(compiled, JOB_FILE)));
  // A pipeline none of whose steps has parameters doesn't take them either.
  if (body.runtimeConfig.parameterValues === undefined) return body;
  return { ...body, runtimeConfig: { ...body.runtimeConfig, parameterValues: { [PARAMS]: params } } };
}

function jobsPath({ settings: { project, location } }: Context): string {
  return `/v1/projects/${project}/locations/${location}/pipelineJobs`;
}

function open({ settings: { location, submit } }: Context): Promise<Rest> {
  return googleRest('Vertex AI', submit.url ?? `https://${location}-aiplatform.googleapis.com`);
}

async function findRun(run: string, context: Context): Promise<z.infer<typeof job>> {
  try {
    return job.parse(await askJson(await open(context), { path: `${jobsPath(context)}/${encodeURIComponent(run)}` }));
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    throw new PlatformError(`there is no pipeline job '${run}' in ${context.settings.project}`, {
      code: 'notFound',
      hint: 'give the run that submit printed',
      cause: thrown,
    });
  }
}

function seenTask({ state, error: why, startTime, endTime }: Task): Seen {
  return {
    state: TASK_STATES[state] ?? 'waiting',
    reason: state === 'SKIPPED' ? 'unchanged' : why?.message,
    startedAt: dateOf(startTime),
    endedAt: dateOf(endTime),
  };
}

/** Ids of the custom jobs that a task ran as, failed attempts first. */
function customJobs({ executorDetail }: Task): string[] {
  const { containerDetail: container, customJobDetail: custom } = executorDetail ?? {};
  const names = [...(container?.failedMainJobs ?? []), container?.mainJob, ...(custom?.failedJobs ?? []), custom?.job];
  return [...new Set(names.flatMap((name) => (name ? [name.split('/').at(-1) ?? ''] : [])))];
}

const entries = z.object({
  entries: z
    .array(
      z.object({
        textPayload: z.string().optional(),
        jsonPayload: z.looseObject({ message: z.string().optional() }).optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});

/** Vertex AI documentation, "View training logs": the resource ml_job, by the job's id. */
async function* jobLines(step: string, id: string, { settings: { project, submit } }: Context): AsyncIterable<LogLine> {
  const rest = await googleRest('Cloud Logging', submit.loggingUrl ?? 'https://logging.googleapis.com');
  const filter = `resource.type="ml_job" AND resource.labels.job_id="${id}"`;
  let pageToken: string | undefined;
  do {
    const body = {
      resourceNames: [`projects/${project}`],
      filter,
      orderBy: 'timestamp asc',
      pageSize: 1000,
      ...(pageToken && { pageToken }),
    };
    const page = entries.parse(await askJson(rest, { method: 'POST', path: '/v2/entries:list', body }));
    for (const { textPayload, jsonPayload } of page.entries) {
      const text = textPayload ?? jsonPayload?.message ?? '';
      for (const line of text.trimEnd().split('\n')) yield { step, line };
    }
    pageToken = page.nextPageToken;
  } while (pageToken);
}
