import type { ParseArgsOptionsConfig } from 'node:util';
import type { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, wrongUsage } from '../command-line.ts';

/** Of every command: `json`, `debug`; `paths` says how many words may follow it. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(
  command: string,
  args: readonly string[],
  options: Options,
  words = 0,
) {
  const all = { json: flag, debug: flag, ...options };
  const parsed = parseOptions('data', { args: [...args], options: all, allowPositionals: words > 0 });
  if (parsed.positionals.length <= words) return parsed;
  throw usage(`data ${command} takes ${words === 1 ? 'one word' : `${words} words`} at most`);
}

/** @throws PlatformError `usage` for what isn't a whole number from 1. */
export function countOf(name: string, given: string | undefined): number | undefined {
  if (given === undefined || /^[1-9]\d*$/.test(given)) return given === undefined ? undefined : Number(given);
  throw usage(`--${name} is '${given}', expected a number from 1`);
}

export function usage(message: string): PlatformError {
  return wrongUsage('data', message);
}
