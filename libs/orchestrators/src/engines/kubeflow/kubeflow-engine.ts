import { PlatformError } from '@ml-platform/errors';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { PARAMS } from '../../kfp/channels.ts';
import { PIPELINE_FILE } from '../../kfp/read-graph.ts';
import { KUBEFLOW_EXAMPLE } from '../../kfp/settings.ts';
import { type CompiledFiles, fileOf } from '../../target.ts';
import type { Engine, EngineContext, RunStatus, StepState, Submission } from '../engine.ts';
import { askJson, isNotFound, type Rest } from '../http/rest-client.ts';
import { dateOf, runStatus, type Seen } from '../step-statuses.ts';
import { stepLines } from './pod-log.ts';

const settings = z.object({
  root: z.string().exactOptional(),
  serviceAccount: z.string().exactOptional(),
  experiment: z.string().exactOptional(),
  submit: z.strictObject({
    /** Of the Kubeflow Pipelines API, as `https://kubeflow.acme.dev/pipeline`. */
    url: z.url(),
    /** `s3://…`, `gs://…` or `az://…`: raw data that runs read goes beside it; where `root` is unless given. */
    lake: z.string().exactOptional(),
  }),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const STATES: Readonly<Record<string, RunStatus['state']>> = {
  SUCCEEDED: 'succeeded',
  SKIPPED: 'succeeded',
  FAILED: 'failed',
  CANCELED: 'stopped',
};

const TASK_STATES: Readonly<Record<string, StepState>> = {
  PENDING: 'waiting',
  RUNNING: 'running',
  PAUSED: 'running',
  CANCELING: 'running',
  SUCCEEDED: 'succeeded',
  SKIPPED: 'skipped',
  FAILED: 'failed',
  CANCELED: 'failed',
};

const error = z.object({ message: z.string().default('') }).nullish();
const task = z.object({
  display_name: z.string().default(''),
  state: z.string().default(''),
  start_time: z.string().nullish(),
  end_time: z.string().nullish(),
  error,
  child_tasks: z.array(z.object({ pod_name: z.string().nullish() })).default([]),
});
type Task = z.infer<typeof task>;
const runAnswer = z.object({
  run_id: z.string(),
  state: z.string().nullish(),
  error,
  run_details: z.object({ task_details: z.array(task).default([]) }).nullish(),
});

/** Kubeflow Pipelines by its REST API v2beta1, for which there is no client in TypeScript; a run is its id. */
export const kubeflowEngine: Engine<Settings> = {
  settings,
  example: `${KUBEFLOW_EXAMPLE}\n  root: s3://acme-lake/runs\n  submit: { url: https://kubeflow.acme.dev/pipeline }`,
  lake: ({ root, submit }) => {
    const lake = submit.lake ?? root;
    if (lake !== undefined) return lake;
    throw new PlatformError('a parameter names a file of this machine, and Kubeflow has no place to put it', {
      code: 'config',
      hint: 'in targets.yaml, below kubeflow: submit: { lake: s3://bucket/runs }',
    });
  },
  submit: async (compiled, submission, context) => {
    const body = runOf(compiled, submission, context);
    const created = await askJson(restOf(context), { method: 'POST', path: '/apis/v2beta1/runs', body });
    const { run_id: run } = runAnswer.parse(created);
    return { run, url: `${context.settings.submit.url.replace(/\/+$/, '')}/#/runs/details/${run}` };
  },
  status: async (run, context) => {
    const { state, error: why, run_details } = await findRun(run, context);
    const seen = new Map((run_details?.task_details ?? []).map((one) => [one.display_name, seenTask(one)]));
    const { document } = context;
    return runStatus(run, STATES[state ?? ''] ?? 'running', { document, seen, reason: why?.message || undefined });
  },
  logs: async function* (run, step, context) {
    const { run_details } = await findRun(run, context);
    const { document } = context;
    for (const one of document.steps.filter(({ name }) => step === undefined || name === step)) {
      const tasks = (run_details?.task_details ?? []).filter(({ display_name }) => display_name === one.name);
      const nodes = tasks.flatMap(({ child_tasks }) => child_tasks.flatMap(({ pod_name }) => pod_name ?? []));
      for (const node of nodes) {
        const lines = stepLines(restOf(context), { run, node, step: one, document });
        for await (const line of lines) yield { step: one.name, line };
      }
    }
  },
};

/** The pipeline goes with its run: what runs is what was compiled, whatever versions are uploaded. */
function runOf(compiled: CompiledFiles, { params, runName }: Submission, { document, settings }: Context) {
  const [spec, platform] = parseAllDocuments(fileOf(compiled, PIPELINE_FILE)).map((one) => one.toJS());
  const takesParams = spec?.root?.inputDefinitions?.parameters?.[PARAMS] !== undefined;
  const { root, serviceAccount, experiment } = settings;
  return {
    display_name: `${document.name} ${runName}`,
    pipeline_spec: platform ? { pipeline_spec: spec, platform_spec: platform } : spec,
    runtime_config: {
      parameters: takesParams ? { [PARAMS]: params } : {},
      ...(root !== undefined && { pipeline_root: root }),
    },
    ...(serviceAccount !== undefined && { service_account: serviceAccount }),
    ...(experiment !== undefined && { experiment_id: experiment }),
  };
}

function restOf({ settings: { submit } }: Context): Rest {
  const token = process.env.KF_PIPELINES_TOKEN;
  return {
    service: 'Kubeflow',
    url: submit.url,
    signIn: 'set KF_PIPELINES_TOKEN: kubectl create token USER --audience pipelines.kubeflow.org prints one',
    ...(token && { headers: { authorization: `Bearer ${token}` } }),
  };
}

async function findRun(run: string, context: Context): Promise<z.infer<typeof runAnswer>> {
  try {
    const path = `/apis/v2beta1/runs/${encodeURIComponent(run)}`;
    return runAnswer.parse(await askJson(restOf(context), { path }));
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    throw new PlatformError(`there is no run '${run}' in Kubeflow at ${context.settings.submit.url}`, {
      code: 'notFound',
      hint: 'give the run that submit printed',
      cause: thrown,
    });
  }
}

/** Kubeflow has the year 1 or 1970 for a time that isn't there. */
function seenTask({ state, error: why, start_time, end_time }: Task): Seen {
  const real = (text: string | null | undefined) => {
    const date = dateOf(text);
    return date && date.getUTCFullYear() > 1970 ? date : undefined;
  };
  return {
    state: TASK_STATES[state] ?? 'waiting',
    reason: why?.message,
    startedAt: real(start_time),
    endedAt: real(end_time),
  };
}
