import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { messageOf, nearest, PlatformError } from '@ml-platform/errors';

/** Refuses an unknown flag with the one that was probably meant. */
export function checkFlags(args: readonly string[], options: ParseArgsOptionsConfig, hint?: string): void {
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true });
  const unknown = tokens.find((token) => token.kind === 'option' && !Object.hasOwn(options, token.name));
  if (unknown?.kind !== 'option') return;
  const meant = nearest(unknown.name, Object.keys(options));
  throw usage(`unknown flag ${unknown.rawName}`, meant ? `did you mean --${meant}?` : hint);
}

/** Runs a parser of Node's, whose refusals are put in fewer words. */
export function explained<T>(parse: () => T, hint?: string): T {
  try {
    return parse();
  } catch (thrown) {
    throw usage(explain(messageOf(thrown)), hint, thrown);
  }
}

/** Node's words for a flag's value in fewer: `Option '--example <value>' argument missing`. */
function explain(message: string): string {
  const [, flag] = /'(?:-\w, )?(--[\w-]+)/.exec(message) ?? [];
  if (flag && /missing|ambiguous/.test(message)) return `${flag} needs a value`;
  if (flag && message.includes('does not take an argument')) return `${flag} takes no value`;
  return message.split(/[\n.]/, 1)[0] ?? message;
}

export function usage(message: string, hint = 'see npx create-ml-platform --help', cause?: unknown): PlatformError {
  return new PlatformError(message, { code: 'usage', hint, cause });
}
