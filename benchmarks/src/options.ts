import { parseArgs } from 'node:util';
import { messageOf, PlatformError } from '@ml-platform/errors';

export interface BenchmarkOptions {
  /** Print one JSON document instead of tables. */
  readonly json: boolean;
  /** How often each candidate is timed, after a first time that isn't counted. */
  readonly runs: number;
}

/** Reads `--json` and `--runs N`. */
export function readOptions(args: readonly string[], defaultRuns: number): BenchmarkOptions {
  const { json = false, runs = String(defaultRuns) } = parse(args);
  if (!/^[1-9]\d{0,3}$/.test(runs)) {
    throw new PlatformError(`--runs is '${runs}', expected a number from 1 to 9999`, {
      code: 'usage',
      hint: `pass --runs ${defaultRuns}`,
    });
  }
  return { json, runs: Number(runs) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: { json: { type: 'boolean' }, runs: { type: 'string' } } }).values;
  } catch (cause) {
    throw new PlatformError(messageOf(cause), { code: 'usage', hint: 'the flags are --json and --runs N', cause });
  }
}
