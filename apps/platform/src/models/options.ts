import type { ParseArgsOptionsConfig } from 'node:util';
import type { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, text, wrongUsage } from '../command-line.ts';

/** Of every command: `registry`, `json`, `debug`; `least` and `most` say how many words follow it. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
  { least, most }: { readonly least: number; readonly most: number },
) {
  const all = { registry: text, json: flag, debug: flag, ...options };
  const parsed = parseOptions('models', { args: [...args], options: all, allowPositionals: true });
  const count = parsed.positionals.length;
  if (count < least)
    throw usage(`models ${command} needs ${least === 1 ? 'the name of a model' : 'a model and a version'}`);
  if (count > most) throw usage(`models ${command} takes ${most === 1 ? 'one word' : `${most} words`} at most`);
  return parsed;
}

export function usage(message: string): PlatformError {
  return wrongUsage('models', message);
}
