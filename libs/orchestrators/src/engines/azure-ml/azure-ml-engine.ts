import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { PlatformError } from '@ml-platform/errors';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { z } from 'zod';
import { AZURE_ML_EXAMPLE } from '../../azure-ml/settings.ts';
import { jobNameOf, stepNameOf } from '../../azure-ml/step-job.ts';
import type { CompiledFiles } from '../../target.ts';
import type { Engine, EngineContext, RunParams, RunStatus, StepState } from '../engine.ts';
import { runStatus } from '../step-statuses.ts';

const settings = z.object({
  submit: z.strictObject({
    subscription: z.string(),
    resourceGroup: z.string(),
    /** Name of the workspace. */
    workspace: z.string(),
    /** `az://container/prefix`: raw data that runs read goes beside it. */
    lake: z.string().exactOptional(),
  }),
});

type Settings = z.infer<typeof settings>;
type Context = EngineContext<Settings>;

const FOLDER = new URL('./', import.meta.url);
const PARAMS_FILE = 'params.json';

const RUN_STATES: Readonly<Record<string, RunStatus['state']>> = {
  Completed: 'succeeded',
  Failed: 'failed',
  NotResponding: 'failed',
  Canceled: 'stopped',
};

const STEP_STATES: Readonly<Record<string, StepState>> = {
  Completed: 'succeeded',
  Failed: 'failed',
  NotResponding: 'failed',
  Canceled: 'failed',
  NotStarted: 'waiting',
  Queued: 'waiting',
};

/**
 * Azure Machine Learning by Azure's SDK for Python, in an environment made on first use: a pipeline job in YAML becomes what
 * the API takes (components of the workspace, uploads, ids) nowhere else. A run is the name of a job. A step that a gate
 * skipped is a job that has ended well; its log says so.
 */
export const azureMlEngine: Engine<Settings> = {
  settings,
  example: `${AZURE_ML_EXAMPLE}\n  submit: { subscription: 00000000-…, resourceGroup: acme, workspace: ml, lake: az://lake/runs }`,
  lake: ({ submit: { lake } }) => {
    if (lake !== undefined) return lake;
    throw new PlatformError('a parameter names a file of this machine, and Azure ML has no place to put it', {
      code: 'config',
      hint: 'in targets.yaml, below azure-ml: submit: { lake: az://container/prefix }',
    });
  },
  submit: async (compiled, { params, runName }, context) => {
    const [file = ''] = compiled.keys();
    const folder = await mkdtemp(join(tmpdir(), 'azure-ml-'));
    try {
      for (const [path, text] of withParams(compiled, params)) await writeFile(join(folder, path), text);
      const answer = await call(context, 'submit', join(folder, file), `${context.document.name}-${runName}`);
      const { run, url } = submitted.parse(answer);
      return { run, ...(url && { url }) };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
  status: async (run, context) => {
    const { status, steps } = looked.parse(await call(context, 'status', run));
    const seen = steps.map(
      ({ job, status: of }) => [stepNameOf(job), { state: STEP_STATES[of] ?? 'running' }] as const,
    );
    return runStatus(run, RUN_STATES[status] ?? 'running', { document: context.document, seen: new Map(seen) });
  },
  logs: async function* (run, step, context) {
    const wanted = context.document.steps.filter(({ name }) => step === undefined || step === name);
    const jobs = JSON.stringify(wanted.map(({ name }) => jobNameOf(name)));
    const { steps } = said.parse(await call(context, 'logs', run, jobs));
    for (const { job, lines } of steps) yield* lines.map((line) => ({ step: stepNameOf(job), line }));
  },
};

const submitted = z.object({ run: z.string(), url: z.string().nullish() });
const looked = z.object({ status: z.string(), steps: z.array(z.object({ job: z.string(), status: z.string() })) });
const said = z.object({ steps: z.array(z.object({ job: z.string(), lines: z.array(z.string()) })) });

function withParams(compiled: CompiledFiles, params: RunParams): CompiledFiles {
  return compiled.has(PARAMS_FILE) ? new Map([...compiled, [PARAMS_FILE, `${JSON.stringify(params)}\n`]]) : compiled;
}

const refused = z.object({ error: z.string(), kind: z.enum(['missing', 'denied', 'unreachable', 'refused']) });

async function call({ settings: { submit } }: Context, ...args: string[]): Promise<unknown> {
  const at = (name: string) => fileURLToPath(new URL(name, FOLDER));
  const log = (message: string) => void process.stderr.write(`${message}\n`);
  const python = await pythonEnvironment(at('requirements.txt'), { log });
  const { subscription, resourceGroup, workspace } = submit;
  const where = JSON.stringify({ subscription, resourceGroup, workspace });
  const { stdout } = await execa(python, [at('azure_ml.py'), where, ...args], { stderr: 'ignore' });
  const answer: unknown = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
  const refusal = refused.safeParse(answer);
  if (!refusal.success) return answer;
  throw refusalOf(refusal.data, args[0] ?? '', args[1] ?? '');
}

function refusalOf({ error, kind }: z.infer<typeof refused>, command: string, run: string): PlatformError {
  const message = `Azure ML: ${wordsOf(error)}`;
  if (kind === 'denied') {
    return new PlatformError(message, {
      code: 'environment',
      hint: 'sign in: az login, or set AZURE_CLIENT_ID and its like',
    });
  }
  if (kind === 'unreachable') {
    return new PlatformError(message, { code: 'environment', hint: 'check the network' });
  }
  if (kind === 'missing' && command !== 'submit') {
    return new PlatformError(`there is no run '${run}' in ${message}`, {
      code: 'notFound',
      hint: 'give the run that submit printed',
    });
  }
  return new PlatformError(message, { code: 'config', hint: 'the words are those of Azure: correct what they name' });
}

/** The SDK writes for a terminal, and what it says comes before what it advises in general. */
function wordsOf(error: string): string {
  const plain = stripVTControlCharacters(error).split(/\n(?:Resolutions|Code):/)[0] ?? '';
  return plain.replace(/\s+/g, ' ').trim().slice(0, 500);
}
