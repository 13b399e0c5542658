import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';

export const HELP = `Serves one version of a registered model over HTTP.

  node apps/model-server/src/main.ts --model NAME [options]

  --model NAME       the registered model
  --alias champion   the alias, or the version, to serve
  --models models    the folder that holds the registry
  --port 8080        the port; 0 takes a free one       (or PORT)
  --host 127.0.0.1   the address; 0.0.0.0 is every one  (or HOST)
  --json             print the URLs as a line of JSON
  --debug            print stacks with errors
  --help             print this
`;

export interface Settings {
  readonly model: string;
  readonly alias: string;
  readonly models: string;
  readonly port: number;
  readonly host: string;
  readonly json: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads flags, then environment variables, then defaults; undefined where help is asked for.
 *
 * @throws PlatformError `usage` for a flag that is unknown, a model that isn't named, a port that isn't one.
 */
export function readCommandLine(args: readonly string[], env: Environment): Settings | undefined {
  const flags = parseFlags(args);
  if (flags.help) return undefined;
  if (!flags.model) throw usage('no model is named', 'pass --model NAME');
  return {
    model: flags.model,
    alias: flags.alias ?? 'champion',
    models: flags.models ?? 'models',
    port: readPort(flags.port, env),
    host: flags.host ?? (env.HOST || '127.0.0.1'),
    json: flags.json ?? false,
  };
}

function parseFlags(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        model: { type: 'string' },
        alias: { type: 'string' },
        models: { type: 'string' },
        port: { type: 'string' },
        host: { type: 'string' },
        json: { type: 'boolean' },
        debug: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (thrown) {
    throw usage(messageOf(thrown), 'see --help', thrown);
  }
}

function readPort(flag: string | undefined, env: Environment): number {
  const source = flag === undefined ? 'PORT' : '--port';
  const text = flag ?? (env.PORT || '8080');
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw usage(`${source} is "${text}", expected a number from 0 to 65535`, 'pass --port 8080');
}

function usage(message: string, hint: string, cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'usage', hint, cause });
}
