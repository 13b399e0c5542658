import { readFileSync } from 'node:fs';

/** Linux counts in hundredths of a second. */
const MILLISECONDS_PER_TICK = 10;

/**
 * Milliseconds of processor time, user and system, of all processes that this one started and that have ended;
 * `undefined` where there is no `/proc`. Fields 16 and 17 of proc_pid_stat(5).
 */
export function childrenProcessorTime(): number | undefined {
  try {
    const afterName = readFileSync('/proc/self/stat', 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    return (Number(afterName[13]) + Number(afterName[14])) * MILLISECONDS_PER_TICK;
  } catch {
    return undefined;
  }
}
