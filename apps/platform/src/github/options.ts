import type { ParseArgsOptionsConfig } from 'node:util';
import type { PlatformError } from '@ml-platform/errors';
import { flag, parseOptions, wrongUsage } from '../command-line.ts';

/** Of every command: `json`, `debug`. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  return parseOptions('github', { args: [...args], options: { json: flag, debug: flag, ...options } }).values;
}

export function usage(message: string): PlatformError {
  return wrongUsage('github', message);
}
