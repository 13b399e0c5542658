import type { PlatformError } from '@ml-platform/errors';
import { parseOptions, wrongUsage } from '../command-line.ts';

export const START_HELP = `Runs a pipeline, serves the model that it registered, and asks it for a prediction.

  npx platform start [PIPELINE] [options]
  npm start -- [PIPELINE] [options]

  PIPELINE             the pipeline; not needed where there is one
  --model NAME         the registered model to serve; the pipeline's own name unless given
  --alias champion     the alias, or the version, to serve
  --models models      the folder that holds the registry
  --port 8080          the port; 0 takes a free one
  --param NAME=VALUE   overrides a parameter: train.trials=50; may be repeated
  --env NAME           reads params.NAME.yaml over params.yaml
  --once               stops the server after the prediction
  --json               prints the result as one line of JSON on standard output, all else on standard error
  --debug              prints stacks with errors
  --help               prints this
`;

export interface StartOptions {
  readonly pipeline?: string;
  readonly model?: string;
  readonly alias: string;
  readonly models: string;
  readonly port: number;
  readonly params: readonly string[];
  readonly environment?: string;
  readonly once: boolean;
  readonly json: boolean;
}

/**
 * Reads the options of `start`; undefined where help is asked for.
 *
 * @throws PlatformError `usage` for an unknown flag, a second pipeline or a port that isn't one.
 */
export function startOptions(args: readonly string[]): StartOptions | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const [pipeline, ...others] = positionals;
  if (others.length > 0) throw usage(`one pipeline at a time, got ${positionals.join(' ')}`);
  return {
    ...(pipeline !== undefined && { pipeline }),
    ...(values.model !== undefined && { model: values.model }),
    ...(values.env !== undefined && { environment: values.env }),
    alias: values.alias ?? 'champion',
    models: values.models ?? 'models',
    port: readPort(values.port ?? '8080'),
    params: values.param ?? [],
    once: values.once ?? false,
    json: values.json ?? false,
  };
}

function parse(args: readonly string[]) {
  return parseOptions('start', {
    args: [...args],
    allowPositionals: true,
    options: {
      model: { type: 'string' },
      alias: { type: 'string' },
      models: { type: 'string' },
      port: { type: 'string' },
      param: { type: 'string', multiple: true },
      env: { type: 'string' },
      once: { type: 'boolean' },
      json: { type: 'boolean' },
      debug: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
}

function readPort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usage(`--port is "${text}", expected a number from 0 to 65535`);
}

function usage(message: string): PlatformError {
  return wrongUsage('start', message);
}
