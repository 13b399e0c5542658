import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';

export const flag = { type: 'boolean' } as const;
export const text = { type: 'string' } as const;

/** Of every command: `registry`, `json`, `debug`; `least` and `most` say how many words follow it. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
  { least, most }: { readonly least: number; readonly most: number },
) {
  const parsed = parse(args, { registry: text, json: flag, debug: flag, ...options });
  const count = parsed.positionals.length;
  if (count < least)
    throw usage(`models ${command} needs ${least === 1 ? 'the name of a model' : 'a model and a version'}`);
  if (count > most) throw usage(`models ${command} takes ${most === 1 ? 'one word' : `${most} words`} at most`);
  return parsed;
}

function parse<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (thrown) {
    throw usage(messageOf(thrown));
  }
}

export function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'npx platform models --help' });
}
