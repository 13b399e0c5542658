import { PlatformError } from './platform-error.ts';

/** Lines for a person: the message, then the hint; a stack only for a defect of our own or when asked for. */
export function describeError(thrown: unknown, debug = false): string {
  if (thrown instanceof PlatformError && !debug) return `error: ${thrown.message}\nhint:  ${thrown.hint}`;
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
}

/**
 * Runs a command's entry point; prints whatever it throws once, on standard error, and sets the exit code.
 * `--debug` (or `DEBUG=1`) adds the stack.
 */
export async function runMain(main: () => unknown): Promise<void> {
  try {
    await main();
  } catch (thrown) {
    const debug = process.argv.includes('--debug') || process.env.DEBUG === '1';
    process.stderr.write(`${describeError(thrown, debug)}\n`);
    process.exitCode = thrown instanceof PlatformError ? thrown.exitCode : 1;
  }
}
