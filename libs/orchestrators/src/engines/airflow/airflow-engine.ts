import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { AIRFLOW_KUBERNETES_EXAMPLE } from '../../airflow/airflow-kubernetes.ts';
import type { Engine, EngineContext, LogLine, RunParams, RunStatus, StepState, Submission } from '../engine.ts';
import { askJson, isNotFound, type Rest } from '../http/rest-client.ts';
import { dateOf, runStatus, type Seen } from '../step-statuses.ts';
import { deploy } from './deploy.ts';
import { signIn } from './sign-in.ts';

const settings = z.object({
  /** Where raw data goes; workers see this machine's files unless given. */
  lake: z.string().exactOptional(),
  submit: z.strictObject({
    /** Of the API server, as `https://airflow.acme.dev`. */
    url: z.url(),
    /** Where Airflow looks for DAGs: a folder, or `gs://bucket/dags` of Composer, `s3://bucket/dags` of MWAA. */
    dags: z.string(),
    /** Seconds until a DAG that was put there is known. */
    patience: z.number().positive().default(300),
  }),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const RUN_STATES: Readonly<Record<string, RunStatus['state']>> = { success: 'succeeded', failed: 'failed' };

const TASK_STATES: Readonly<Record<string, StepState>> = {
  success: 'succeeded',
  failed: 'failed',
  skipped: 'skipped',
  upstream_failed: 'skipped',
  removed: 'skipped',
  running: 'running',
  restarting: 'running',
  deferred: 'running',
  up_for_retry: 'running',
  up_for_reschedule: 'running',
};

/** Airflow 3, by its REST API v2: the DAG of the pipeline's name, which then runs by its schedule as well. */
export const airflowEngine: Engine<Settings> = {
  settings,
  example: 'airflow:\n  submit: { url: "http://localhost:8080", dags: /opt/airflow/dags }',
  keepsSchedule: true,
  lake: ({ lake }) => lake,
  submit: async (compiled, submission, context) => {
    const rest = await signIn(context.settings.submit.url);
    await deploy(rest, compiled, context.document.name, { project: context.project, ...context.settings.submit });
    return start(rest, submission, context);
  },
  status: async (run, context) => {
    const rest = await signIn(context.settings.submit.url);
    const { state } = dagRun.parse(await ofRun(rest, run, context, ''));
    const tasks = await taskInstances(rest, run, context);
    const seen = new Map(tasks.map((task) => [task.task_id, seenTask(task)]));
    return runStatus(run, RUN_STATES[state ?? ''] ?? 'running', { document: context.document, seen });
  },
  logs: async function* (run, step, context) {
    const rest = await signIn(context.settings.submit.url);
    const tasks = (await taskInstances(rest, run, context)).filter(
      ({ task_id }) => step === undefined || step === task_id,
    );
    for (const { task_id: name, try_number: tries } of tasks) {
      for (let attempt = 1; attempt <= tries; attempt++) yield* attemptLines(rest, { run, name, attempt }, context);
    }
  },
};

/** The same, with a Pod per step: what its tasks read has to lie in the lake. */
export const airflowKubernetesEngine: Engine<Settings> = {
  ...airflowEngine,
  example: `${AIRFLOW_KUBERNETES_EXAMPLE}\n  submit: { url: "http://localhost:8080", dags: /opt/airflow/dags }`,
};

const dagRun = z.object({ dag_run_id: z.string(), state: z.string().nullish() });

async function start(
  rest: Rest,
  { params, runName }: Submission,
  { document: { name }, settings: { submit } }: Context,
) {
  const body = { dag_run_id: runName, logical_date: null, conf: conf(params) };
  const path = `/api/v2/dags/${encodeURIComponent(name)}/dagRuns`;
  const { dag_run_id: run } = dagRun.parse(await askJson(rest, { method: 'POST', path, body }));
  return { run, url: `${submit.url.replace(/\/+$/, '')}/dags/${name}/runs/${run}` };
}

/** A DAG's params stand side by side: `train.trials`. */
function conf(params: RunParams): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(params).flatMap(([key, values]) =>
      Object.entries(values).map(([name, value]) => [`${key}.${name}`, value] as const),
    ),
  );
}

const taskInstance = z.object({
  task_id: z.string(),
  map_index: z.int().default(-1),
  state: z.string().nullish(),
  start_date: z.string().nullish(),
  end_date: z.string().nullish(),
  try_number: z.int(),
});
type TaskInstance = z.infer<typeof taskInstance>;
const taskInstancePage = z.object({ task_instances: z.array(taskInstance), total_entries: z.int() });

const PAGE = 100;

async function taskInstances(rest: Rest, run: string, context: Context): Promise<TaskInstance[]> {
  const found: TaskInstance[] = [];
  for (;;) {
    const path = `/taskInstances?limit=${PAGE}&offset=${found.length}&order_by=id`;
    const page = taskInstancePage.parse(await ofRun(rest, run, context, path));
    found.push(...page.task_instances);
    if (page.task_instances.length === 0 || found.length >= page.total_entries) return found;
  }
}

function seenTask({ state, start_date, end_date }: TaskInstance): Seen {
  return {
    state: TASK_STATES[state ?? ''] ?? 'waiting',
    reason: state === 'upstream_failed' ? 'a step before it failed' : undefined,
    startedAt: dateOf(start_date),
    endedAt: dateOf(end_date),
  };
}

interface Attempt {
  readonly run: string;
  readonly name: string;
  readonly attempt: number;
}

const log = z.object({
  content: z.union([z.string(), z.array(z.union([z.string(), z.looseObject({ event: z.string() })]))]),
});

async function* attemptLines(rest: Rest, { run, name, attempt }: Attempt, context: Context): AsyncIterable<LogLine> {
  const path = `/taskInstances/${encodeURIComponent(name)}/logs/${attempt}?full_content=true`;
  const { content } = log.parse(await ofRun(rest, run, context, path));
  const entries = typeof content === 'string' ? content.split('\n') : content;
  for (const entry of entries) {
    const text = typeof entry === 'string' ? entry : entry.event;
    // Airflow folds what it says itself between these marks.
    for (const line of text.split('\n')) if (!line.startsWith('::')) yield { step: name, line };
  }
}

async function ofRun(rest: Rest, run: string, { document: { name } }: Context, path: string): Promise<unknown> {
  const base = `/api/v2/dags/${encodeURIComponent(name)}/dagRuns/${encodeURIComponent(run)}`;
  try {
    return await askJson(rest, { path: `${base}${path}` });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    throw new PlatformError(`there is no run '${run}' of '${name}' in Airflow at ${rest.url}`, {
      code: 'notFound',
      hint: 'give the run that submit printed',
      cause: thrown,
    });
  }
}
