import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Address } from './listen.ts';
import type { ModelSource } from './open-model.ts';

export const HELP = `Serves one version of a model over HTTP.

  node apps/model-server/src/main.ts --model NAME [options]
  node apps/model-server/src/main.ts --model-dir DIR [options]
  node apps/model-server/src/main.ts serve

  --model NAME         the registered model; with --model-dir, what it is called
  --alias champion     the alias, or the version, to serve
  --models models      the folder that holds the registry
  --model-dir DIR      a folder with model.onnx and model.json, instead of a registry
  --port 8080          the port; 0 takes a free one       (or SAGEMAKER_BIND_TO_PORT, PORT)
  --host 127.0.0.1     the address; 0.0.0.0 is every one  (or HOST)
  --max-payload-mb 4   the largest request                (or SAGEMAKER_MAX_PAYLOAD_IN_MB)
  --log-predictions D  a folder for what is asked and answered, as JSON Lines by day (or PREDICTION_LOG)
  --json               print the URLs as a line of JSON
  --debug              print stacks with errors
  --help               print this

serve is how SageMaker starts a container: the model is in SM_MODEL_DIR, or in /opt/ml/model, and is called
MODEL_NAME; requests have 25 MB at most. With SAGEMAKER_MULTI_MODEL=true models are loaded and unloaded by POST and
DELETE /models.

On AWS Lambda (AWS_LAMBDA_RUNTIME_API is set) nothing listens: the server answers the events of API Gateway and of
function URLs, of 6 MB at most. The model is found as with serve, unless a flag says where.
`;

export interface Settings extends Address {
  /** `many`: SageMaker says which, later on. */
  readonly source: ModelSource | 'many';
  readonly maxPayloadMb: number;
  /** CSV comes in parts, of which the first alone may have a header. */
  readonly partsOfFiles: boolean;
  /** The folder of the prediction log; undefined where there is none. */
  readonly logPredictions: string | undefined;
  readonly json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;
type Flags = ReturnType<typeof parseFlags>;

export function wantsHelp(args: readonly string[]): boolean {
  return args.includes('--help');
}

/** Host and port of Lambda's runtime API; undefined elsewhere. */
export function findRuntimeApi(args: readonly string[], env: Environment): string | undefined {
  // A serverless endpoint of SageMaker may run on Lambda, yet is asked over HTTP.
  return isServe(args) ? undefined : env.AWS_LAMBDA_RUNTIME_API || undefined;
}

type Starter = 'person' | 'sagemaker' | 'lambda';

/**
 * Largest requests in megabytes; those of the services are what they let through.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
const MAX_PAYLOAD: Readonly<Record<Starter, number>> = { person: 4, sagemaker: 25, lambda: 6 };
/** A longer text is beyond what JavaScript can hold as one string. */
const LARGEST_PAYLOAD = 500;

/**
 * Reads flags, then environment variables, then defaults.
 *
 * @throws PlatformError `usage` for a flag that is unknown or doesn't go with another, a model that isn't named, a number
 * that isn't one.
 */
export function readCommandLine(args: readonly string[], env: Environment): Settings {
  const flags = parseFlags(args);
  const starter = isServe(args) ? 'sagemaker' : findRuntimeApi(args, env) ? 'lambda' : 'person';
  return {
    source: readSource(flags, env, starter),
    port: readPort(flags.port, env),
    host: flags.host ?? (env.HOST || '127.0.0.1'),
    maxPayloadMb: readMaxPayload(flags['max-payload-mb'], env, starter),
    partsOfFiles: env.SAGEMAKER_BATCH_STRATEGY === 'MULTI_RECORD',
    logPredictions: readLogFolder(flags['log-predictions'], env, starter),
    json: flags.json ?? false,
  };
}

function isServe([first]: readonly string[]): boolean {
  return first === 'serve';
}

function parseFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: args.slice(isServe(args) ? 1 : 0),
      options: {
        model: { type: 'string' },
        alias: { type: 'string' },
        models: { type: 'string' },
        'model-dir': { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        'max-payload-mb': { type: 'string' },
        'log-predictions': { type: 'string' },
        json: { type: 'boolean' },
        debug: { type: 'boolean' },
      },
    });
    return values;
  } catch (thrown) {
    throw usage(messageOf(thrown), 'see --help', thrown);
  }
}

function readSource(flags: Flags, env: Environment, starter: Starter): ModelSource | 'many' {
  const { model, alias, models, 'model-dir': modelDir } = flags;
  if (modelDir !== undefined) {
    refuseRegistry(flags, modelDir);
    return { modelDir, model: model || 'model' };
  }
  if (model) return { model, alias: alias ?? 'champion', models: models ?? 'models' };
  if (starter === 'person') throw usage('no model is named', 'pass --model NAME, or --model-dir DIR');
  if (starter === 'sagemaker' && env.SAGEMAKER_MULTI_MODEL === 'true') return 'many';
  const folder = env.SM_MODEL_DIR || '/opt/ml/model';
  refuseRegistry(flags, folder);
  return { modelDir: folder, model: env.MODEL_NAME || 'model' };
}

function refuseRegistry({ alias, models }: Flags, folder: string): void {
  if (alias === undefined && models === undefined) return;
  const flag = alias === undefined ? '--models' : '--alias';
  throw usage(`${flag} is of a registry, but the folder ${folder} is served`, 'name a registered model: --model NAME');
}

function readPort(flag: string | undefined, env: Environment): number {
  const named = [
    ['--port', flag],
    ['SAGEMAKER_BIND_TO_PORT', env.SAGEMAKER_BIND_TO_PORT || undefined],
    ['PORT', env.PORT || undefined],
  ] as const;
  const [source, text = '8080'] = named.find(([, value]) => value !== undefined) ?? ['PORT'];
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usage(`${source} is "${text}", expected a number from 0 to 65535`, 'pass --port 8080');
}

function readMaxPayload(flag: string | undefined, env: Environment, starter: Starter): number {
  const source = flag === undefined ? 'SAGEMAKER_MAX_PAYLOAD_IN_MB' : '--max-payload-mb';
  const text = flag ?? (env.SAGEMAKER_MAX_PAYLOAD_IN_MB || String(MAX_PAYLOAD[starter]));
  // With 0 a batch transform sends whole files.
  if (text === '0' && flag === undefined) return LARGEST_PAYLOAD;
  if (/^[1-9]\d{0,2}$/.test(text) && Number(text) <= LARGEST_PAYLOAD) return Number(text);
  throw usage(`${source} is "${text}", expected a number from 1 to ${LARGEST_PAYLOAD}`, 'pass --max-payload-mb 25');
}

function readLogFolder(flag: string | undefined, env: Environment, starter: Starter): string | undefined {
  const source = flag === undefined ? 'PREDICTION_LOG' : '--log-predictions';
  const folder = flag ?? (env.PREDICTION_LOG || undefined);
  if (folder === undefined) return undefined;
  if (starter === 'lambda') throw usage(`${source} needs a disk, which Lambda hasn't`, 'leave it out');
  if (folder !== '' && !/^[a-z][a-z\d+.-]+:\/\//i.test(folder)) return folder;
  throw usage(`${source} is "${folder}", expected a folder of this machine`, 'copy its files to a store from there');
}

function usage(message: string, hint: string, cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'usage', hint, cause });
}
