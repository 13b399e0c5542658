import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { inheritedOptions } from '../params/run-variables.ts';
import { endWithParent } from './end-with-parent.ts';
import { loadPipeline } from './load-pipeline.ts';
import { runStep, type StepResult } from './run-step.ts';

const HELP = `run-step: runs one step of a pipeline

  run-step --pipeline FILE --step NAME [--param name=value ...] [--env NAME] [--store PLACE] [--reuse] [--json]

  --pipeline FILE      the file whose default export is the pipeline: apps/flight-delays/src/pipeline.ts
  --step NAME          the step
  --param NAME=VALUE   overrides a parameter: trials=50, or train.trials=50; may be repeated
  --env NAME           reads params.NAME.yaml over params.yaml
  --store PLACE        holds artifacts/STEP and runs/STEP.json: a folder, or s3://, gs://, az:// with a bucket and a
                       prefix; the project's folder unless given
  --params-json JSON   overrides of parameters by step: {"train":{"trials":50}}
  --metric NAME=FILE   writes a metric alone into a file: metrics.auc=/tmp/auc; may be repeated
  --reuse              leaves what is there where the same code, parameters and inputs made it
  --json               prints the result as one JSON line on standard output, all else on standard error
  --debug              prints the stack of an error
`;

/** The command line of {@link runStep}: what Nx, DVC and every orchestrator call. */
export async function main(argv: readonly string[]): Promise<void> {
  const options = readOptions(argv);
  if (options.help) return void process.stdout.write(HELP);
  const { pipeline: file, step, param = [], env, store, reuse = false, json } = options;
  if (file === undefined || step === undefined) {
    throw new PlatformError('--pipeline and --step are both needed', { code: 'usage', hint: 'run-step --help' });
  }
  const pipeline = await loadPipeline(file);
  const log = (message: string) => void (json ? process.stderr : process.stdout).write(`[${step}] ${message}\n`);
  const run = await runnerOn(store);
  const result = await run(pipeline, {
    step,
    log,
    signal: endWithParent(),
    metricFiles: readMetricFiles(options.metric),
    ...withInherited(pipeline.name, { param: [...readParamsJson(options['params-json']), ...param], env, reuse }),
  });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else log(summary(result));
}

/** Of steps whose artifacts are in that folder, or in that object store. */
async function runnerOn(store: string | undefined): Promise<typeof runStep> {
  if (store === undefined) return runStep;
  const { isLocation, openStore } = await import('@ml-platform/storage');
  if (!isLocation(store)) return (pipeline, options) => runStep(pipeline, { ...options, store: resolve(store) });
  const { runOnStore } = await import('../store/run-on-store.ts');
  const opened = await openStore(store);
  return (pipeline, options) => runOnStore(pipeline, opened, options);
}

interface OwnOptions {
  readonly param: readonly string[];
  readonly env?: string | undefined;
  readonly reuse: boolean;
}

/** Options of the command line, after those that were given to the run as a whole. */
function withInherited(pipeline: string, { param, env, reuse }: OwnOptions) {
  const inherited = inheritedOptions(pipeline);
  const environment = env ?? inherited.environment;
  return {
    params: [...inherited.params, ...param],
    reuse: reuse && !inherited.force,
    ...(environment !== undefined && { environment }),
  };
}

function readMetricFiles(texts: readonly string[] = []): Record<string, string> {
  const files = texts.map((text): [string, string] => {
    const [, metric, file] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (metric !== undefined && file !== undefined) return [metric, resolve(file)];
    throw new PlatformError(`--metric is '${text}', expected NAME=FILE`, { code: 'usage', hint: 'run-step --help' });
  });
  return Object.fromEntries(files);
}

/** As `--param` texts, for an engine that hands all parameters on as one text. */
function readParamsJson(text = '{}'): string[] {
  const parsed = paramsJson.safeParse(parseJson(text));
  if (parsed.success) {
    return Object.entries(parsed.data).flatMap(([key, values]) =>
      Object.entries(values).map(([name, value]) => `${key}.${name}=${JSON.stringify(value)}`),
    );
  }
  throw new PlatformError(`--params-json is ${text}, expected parameters by step`, {
    code: 'usage',
    hint: `--params-json '{"train":{"trials":50}}'`,
  });
}

const paramsJson = z.record(z.string(), z.record(z.string(), z.json()));

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function summary({ status, reason, seconds }: StepResult): string {
  if (status === 'skipped') return `skipped: ${reason}`;
  if (status === 'unchanged') return 'unchanged: the same code, parameters and inputs made what is there';
  return `done in ${seconds.toFixed(1)} s`;
}

function readOptions(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        pipeline: { type: 'string' },
        step: { type: 'string' },
        param: { type: 'string', multiple: true },
        env: { type: 'string' },
        store: { type: 'string' },
        'params-json': { type: 'string' },
        metric: { type: 'string', multiple: true },
        reuse: { type: 'boolean' },
        json: { type: 'boolean' },
        debug: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    }).values;
  } catch (cause) {
    throw new PlatformError(messageOf(cause), { code: 'usage', hint: 'run-step --help', cause });
  }
}
