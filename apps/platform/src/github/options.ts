import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';

export const flag = { type: 'boolean' } as const;
export const text = { type: 'string' } as const;
export const texts = { type: 'string', multiple: true } as const;

/** Of every command: `json`, `debug`. */
export function readOptions<const Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options: { json: flag, debug: flag, ...options } }).values;
  } catch (thrown) {
    throw usage(messageOf(thrown));
  }
}

export function usage(message: string): PlatformError {
  return new PlatformError(message, { code: 'usage', hint: 'npx platform github --help' });
}
