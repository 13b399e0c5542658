import { PlatformError } from '@ml-platform/errors';
import { parse } from 'yaml';
import { z } from 'zod';
import { ARGO_EXAMPLE } from '../../argo/settings.ts';
import { type CompiledFiles, fileOf } from '../../target.ts';
import type { Engine, EngineContext, LogLine, RunStatus, Submission } from '../engine.ts';
import { ask, askJson, isNotFound, type Rest } from '../http/rest-client.ts';
import { linesOf } from '../http/lines-of.ts';
import { runStatus } from '../step-statuses.ts';
import { nodesOf, seenSteps, stepOfPod, workflowNodes } from './workflow-nodes.ts';

const settings = z.object({
  lake: z.string(),
  namespace: z.string().default('default'),
  submit: z.strictObject({
    /** Of the Argo server, as `https://argo.acme.dev`. */
    url: z.url(),
  }),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const STATES: Readonly<Record<string, RunStatus['state']>> = {
  Succeeded: 'succeeded',
  Failed: 'failed',
  Error: 'failed',
};

const workflow = z.object({
  metadata: z.object({ name: z.string() }),
  spec: z.object({ shutdown: z.string().nullish() }).nullish(),
  status: z
    .object({ phase: z.string().nullish(), message: z.string().nullish(), nodes: workflowNodes.nullish() })
    .nullish(),
});

/**
 * Argo Workflows through the REST API of the Argo server, as its own command does with ARGO_SERVER: who submits needs no
 * account of the cluster. Reference: argo-workflows.readthedocs.io, "API Reference".
 */
export const argoEngine: Engine<Settings> = {
  settings,
  example: `${ARGO_EXAMPLE}\n  submit: { url: https://argo.acme.dev }`,
  lake: ({ lake }) => lake,
  submit: async (compiled, submission, context) => {
    const { namespace, submit } = context.settings;
    const body = { workflow: runOf(compiled, submission) };
    const created = await askJson(restOf(context), { method: 'POST', path: pathOf(context), body });
    const run = workflow.parse(created).metadata.name;
    return { run, url: `${submit.url.replace(/\/+$/, '')}/workflows/${namespace}/${run}` };
  },
  status: async (run, context) => {
    const { document } = context;
    const { status, spec } = await findRun(run, context);
    const ended = STATES[status?.phase ?? ''] ?? 'running';
    const state = ended === 'failed' && spec?.shutdown ? 'stopped' : ended;
    const seen = seenSteps(document, nodesOf(status?.nodes), run);
    return runStatus(run, state, { document, seen, reason: status?.message ?? undefined });
  },
  logs: async function* (run, step, context) {
    await findRun(run, context);
    const path = `${pathOf(context, run)}/log?logOptions.container=main`;
    for await (const { step: of, line } of logLines(await ask(restOf(context), { path }), run, context)) {
      if (step === undefined || of === step) yield { step: of, line };
    }
  },
};

/** The workflow with the run's parameters, and its name to begin with. */
function runOf(compiled: CompiledFiles, { params }: Submission): Readonly<Record<string, unknown>> {
  const [file = ''] = compiled.keys();
  const compiledWorkflow = z
    .looseObject({ spec: z.looseObject({ arguments: z.looseObject({}).optional() }) })
    .parse(parse(fileOf(compiled, file)));
  const parameters = [{ name: 'params', value: JSON.stringify(params) }];
  return { ...compiledWorkflow, spec: { ...compiledWorkflow.spec, arguments: { parameters } } };
}

function pathOf({ settings: { namespace } }: Context, run?: string): string {
  const all = `/api/v1/workflows/${encodeURIComponent(namespace)}`;
  return run === undefined ? all : `${all}/${encodeURIComponent(run)}`;
}

function restOf({ settings: { submit } }: Context): Rest {
  const token = process.env.ARGO_TOKEN ?? '';
  return {
    service: 'Argo',
    url: submit.url,
    signIn: 'set ARGO_TOKEN: argo auth token prints it',
    ...(token !== '' && { headers: { authorization: /^(Bearer|Basic) /.test(token) ? token : `Bearer ${token}` } }),
  };
}

async function findRun(run: string, context: Context): Promise<z.infer<typeof workflow>> {
  try {
    return workflow.parse(await askJson(restOf(context), { path: pathOf(context, run) }));
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
    throw new PlatformError(`there is no workflow '${run}' in namespace '${context.settings.namespace}'`, {
      code: 'notFound',
      hint: 'give the run that submit printed',
      cause: thrown,
    });
  }
}

const entry = z.object({
  result: z.object({ content: z.string().default(''), podName: z.string().default('') }).optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** A line of JSON per line of a Pod; of several Pods as they come. */
async function* logLines(response: Response, run: string, { document }: Context): AsyncIterable<LogLine> {
  for await (const text of linesOf(response)) {
    const { result, error } = entry.parse(JSON.parse(text.replace(/^data: /, '')));
    if (error) {
      throw new PlatformError(`Argo stops in the middle of the logs: ${error.message}`, {
        code: 'environment',
        hint: 'look whether its Pods are still there',
      });
    }
    const step = stepOfPod(document, run, result?.podName ?? '');
    if (step !== undefined) yield { step, line: result?.content ?? '' };
  }
}
