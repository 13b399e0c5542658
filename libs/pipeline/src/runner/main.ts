import { resolve } from 'node:path';
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { isLocation } from '@ml-platform/storage';
import { z } from 'zod';
import { inheritedOptions } from '../params/run-variables.ts';
import { endWithParent } from './end-with-parent.ts';
import { stepOrder } from '../document/check-document.ts';
import type { Retry } from '../document/document.ts';
import { toDocument } from '../document/to-document.ts';
import type { Places } from '../store/places-staging.ts';
import { withLocalFiles } from '../store/raw-files.ts';
import { loadPipeline } from './load-pipeline.ts';
import { takeTrial, trainArguments } from './native-trial-arguments.ts';
import { type RunOptions, runStep, type StepResult } from './run-step.ts';
import { withRetry } from './with-retry.ts';

const HELP = `run-step: runs one step of a pipeline

  run-step --pipeline FILE --step NAME|--all [--param name=value ...] [--env NAME] [--store PLACE] [--reuse] [--json]

  --pipeline FILE      the file whose default export is the pipeline: apps/flight-delays/src/pipeline.ts
  --step NAME          the step
  --all                every step, one after the other, in this process
  --param NAME=VALUE   overrides a parameter: trials=50, or train.trials=50; may be repeated
  --spark PLACE        runs Spark steps on a service: emr-serverless://…, glue://…, dataproc://…, synapse://…
  --params-json JSON   overrides of parameters by step: {"train":{"trials":50}}; or where this lies in an object store
  --env NAME           reads params.NAME.yaml over params.yaml
  --reuse              leaves what is there where the same code, parameters and inputs made it; in a repository of DVC,
                       brings what dvc.lock has of them, and records there what the step leaves
  --json               prints the result as one JSON line on standard output, all else on standard error
  --debug              prints the stack of an error
  --help               prints this

  Where artifacts are; a PLACE is a folder, or s3://, gs://, az:// with a bucket and a prefix

  --store PLACE        holds artifacts/STEP and runs/STEP.json; the project's folder unless given
  --input REF=PLACE    instead of a store: what STEP left, or one output of it as STEP.OUTPUT; may be repeated
  --output REF=PLACE   gets what this step leaves (REF is its name), or one output of it; may be repeated
  --record PLACE       with these: gets the run record

  For engines

  --metric NAME=FILE   writes a metric alone into a file: metrics.auc=/tmp/auc; may be repeated
  --list OUTPUT=FILE   writes the indices of the list in an output into a file: [0,1,2]; may be repeated
  --item N             of a step that loops, runs the item N alone, from 0
  --publish            runs nothing: writes --metric and --list of what the step left there before
  --collect            of a step that loops: looks whether all items are there, and leaves the run record
  --retry              runs a step that fails again as its definition says, where the engine doesn't
  --trial.NAME=VALUE   of a step that searches, runs the one trial with these values: one per searched parameter
  --best-trial         leaves what the best of those trials left, and the run record with all of them
  --trials PLACE       without a store: where the trials lie, each in a folder of its own
  --skipped-exit CODE  ends with this code where the step is skipped; 0 unless given

  run-step train       what SageMaker calls an image with: options stand in /opt/ml/input/config/hyperparameters.json
`;

/**
 * The command line of {@link runStep}: what Nx, DVC and every orchestrator call. Returns what came of the step, of the last
 * one with `--all`; nothing for `--help`.
 */
export async function main(argv: readonly string[]): Promise<StepResult | undefined> {
  const [word, file] = argv;
  return run(readOptions(word === 'train' ? await trainArguments(FLAGS, file) : argv));
}

async function run(options: Options): Promise<StepResult | undefined> {
  if (options.help) {
    process.stdout.write(HELP);
    return undefined;
  }
  const { pipeline: file, step, all } = options;
  if (file === undefined || (step === undefined) === !all)
    throw usage('--pipeline and one of --step and --all are needed');
  if (all) refuseWithAll(options);
  if (options.trial && options['best-trial']) throw usage('--trial runs a trial, and --best-trial follows them all');
  const pipeline = await loadPipeline(file);
  const document = toDocument(pipeline);
  const names = step === undefined ? stepOrder(document).map(({ name }) => name) : [step];
  const runHere = options.publish ? await publisher(options.store) : await runnerOn(options);
  const runStepThere = options.spark === undefined ? runHere : await onService(options.spark, options, runHere);
  const shared = { signal: endWithParent(), ...(await sharedOptions(pipeline.name, options)) };
  let last: StepResult | undefined;
  for (const name of names) {
    const retry = options.retry ? document.steps.find((one) => one.name === name)?.retry : undefined;
    last = await runOne(name, (own) => runStepThere(pipeline, { ...shared, ...own }), {
      ...options,
      retry,
      signal: shared.signal,
    });
  }
  const skippedExit = readNumber('skipped-exit', options['skipped-exit']);
  if (last?.status === 'skipped' && skippedExit !== undefined) process.exitCode = skippedExit;
  return last;
}

/** What is said of one step's artifacts or items can't hold for all. */
function refuseWithAll(options: Options): void {
  const ofOne = [
    ...(['input', 'output', 'record', 'metric', 'list', 'item', 'collect', 'publish', 'skipped-exit'] as const),
    ...(['trial', 'best-trial', 'trials'] as const),
  ];
  const given = ofOne.find((name) => options[name] !== undefined);
  if (given !== undefined) throw usage(`--${given} is of one step, and --all runs every one`);
}

interface OneRun {
  readonly json?: boolean | undefined;
  readonly retry?: Retry | undefined;
  readonly signal: AbortSignal;
}

async function runOne(
  step: string,
  run: (own: Pick<RunOptions, 'step' | 'log'>) => Promise<StepResult>,
  { json, retry = { attempts: 1 }, signal }: OneRun,
): Promise<StepResult> {
  const log = (message: string) => void (json ? process.stderr : process.stdout).write(`[${step}] ${message}\n`);
  const result = await withRetry(retry, () => run({ step, log }), { log, signal });
  if (json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else log(summary(result));
  return result;
}

/** All but which step, and what is heard of it. */
async function sharedOptions(pipeline: string, options: Options) {
  const { param = [], env, reuse = false } = options;
  const item = readNumber('item', options.item);
  return {
    metricFiles: Object.fromEntries(readPairs('metric', options.metric)),
    listFiles: Object.fromEntries(readPairs('list', options.list)),
    collect: options.collect ?? false,
    bestTrial: options['best-trial'] ?? false,
    ...(options.trial && { trial: options.trial }),
    ...(item !== undefined && { item }),
    ...withInherited(pipeline, { param: [...(await readParamsJson(options['params-json'])), ...param], env, reuse }),
  };
}

/** Loaded for this option alone: every start of a step would wait for it. */
async function onService(spark: string, options: Options, others: typeof runStep): Promise<typeof runStep> {
  const { onSpark } = await import('./run-on-spark.ts');
  const { store } = options;
  return onSpark(spark, store === undefined ? { places: placesOf(options) } : { store }, others);
}

function placesOf({ input = [], output = [], record, trials }: Options): Places {
  return {
    inputs: readPlaces('input', input),
    outputs: readPlaces('output', output),
    ...(record !== undefined && { record }),
    ...(trials !== undefined && { trials }),
  };
}

async function publisher(store: string | undefined): Promise<typeof runStep> {
  const { publisherOn } = await import('./publish-left.ts');
  return publisherOn(store);
}

/** Of steps whose artifacts are in that folder, in that object store, or in places of their own. */
async function runnerOn(options: Options): Promise<typeof runStep> {
  const { store, input = [], output = [], record, trials } = options;
  if (store !== undefined && (input.length > 0 || output.length > 0)) {
    throw usage('--store and --input or --output are two ways to say the same');
  }
  if (store !== undefined && trials !== undefined) throw usage('--store holds the trials as well: leave out --trials');
  const hasPlaces = input.length > 0 || output.length > 0 || trials !== undefined;
  if (record !== undefined && !hasPlaces) throw usage('--record goes with --input and --output');
  if (store === undefined && !hasPlaces) return runStep;
  const { openStore } = await import('@ml-platform/storage');
  if (store !== undefined && !isLocation(store)) {
    return (pipeline, own) => runStep(pipeline, { ...own, store: resolve(store) });
  }
  const { runStaged } = await import('../store/run-staged.ts');
  if (store !== undefined) {
    const { storeStaging } = await import('../store/store-staging.ts');
    const staging = storeStaging(await openStore(store));
    return (pipeline, own) => runStaged(pipeline, staging, own);
  }
  const { placesStaging } = await import('../store/places-staging.ts');
  const staging = placesStaging(placesOf(options));
  return (pipeline, own) => runStaged(pipeline, staging, own);
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

/** `NAME=FILE`, the file's path made absolute. */
function readPairs(option: string, texts: readonly string[] = []): [string, string][] {
  return readPlaces(option, texts).map(([name, file]) => [name, resolve(file)]);
}

function readPlaces(option: string, texts: readonly string[]): [string, string][] {
  return texts.map((text) => {
    const [, name, place] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name !== undefined && place !== undefined) return [name, place];
    throw usage(
      `--${option} is '${text}', expected NAME=${option === 'input' || option === 'output' ? 'PLACE' : 'FILE'}`,
    );
  });
}

function readNumber(option: string, text: string | undefined): number | undefined {
  if (text === undefined || /^\d+$/.test(text)) return text === undefined ? undefined : Number(text);
  throw usage(`--${option} is '${text}', expected a number`);
}

function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'run-step --help' });
}

/** As `--param` texts, for an engine that hands all parameters on as one text. */
async function readParamsJson(given = '{}'): Promise<string[]> {
  const text = isLocation(given) ? await readText(given) : given;
  const parsed = paramsJson.safeParse(parseJson(text));
  if (parsed.success) {
    return Object.entries(parsed.data).flatMap(([key, values]) =>
      Object.entries(values).map(([name, value]) => `${key}.${name}=${JSON.stringify(value)}`),
    );
  }
  throw new PlatformError(`--params-json is ${given}, expected parameters by step`, {
    code: 'usage',
    hint: `--params-json '{"train":{"trials":50}}'`,
  });
}

/** The text of a file in an object store. */
async function readText(uri: string): Promise<string> {
  return withLocalFiles({ properties: { file: { format: 'path' } } }, { file: uri }, async ({ file }) => {
    return readFile(String(file), 'utf8');
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
  if (status === 'restored') return `restored in ${seconds.toFixed(1)} s, as dvc.lock has it`;
  if (status === 'unchanged') return 'unchanged: the same code, parameters and inputs made what is there';
  return `done in ${seconds.toFixed(1)} s`;
}

type Options = ReturnType<typeof readOptions>;

/** Options that are there or not. */
const FLAGS = ['collect', 'best-trial', 'all', 'retry', 'reuse', 'json', 'debug', 'help'];

function readOptions(argv: readonly string[]) {
  const { words, trial } = takeTrial(argv);
  try {
    const { values } = parseArgs({
      args: words,
      options: {
        pipeline: { type: 'string' },
        step: { type: 'string' },
        param: { type: 'string', multiple: true },
        env: { type: 'string' },
        store: { type: 'string' },
        spark: { type: 'string' },
        'params-json': { type: 'string' },
        input: { type: 'string', multiple: true },
        output: { type: 'string', multiple: true },
        record: { type: 'string' },
        metric: { type: 'string', multiple: true },
        list: { type: 'string', multiple: true },
        item: { type: 'string' },
        collect: { type: 'boolean' },
        publish: { type: 'boolean' },
        'best-trial': { type: 'boolean' },
        trials: { type: 'string' },
        all: { type: 'boolean' },
        retry: { type: 'boolean' },
        'skipped-exit': { type: 'string' },
        reuse: { type: 'boolean' },
        json: { type: 'boolean' },
        debug: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return { ...values, trial };
  } catch (thrown) {
    throw usage(messageOf(thrown));
  }
}
