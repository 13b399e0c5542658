import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from './system-error.ts';

/** `.acme.tmp-1234`: where process 1234 makes acme. */
export function temporaryName(name: string, pid = process.pid): string {
  return `.${name}.tmp-${pid}`;
}

/** Where a finished project waits while it moves into a folder that exists: see place.ts. */
export function placingName(name: string): string {
  return `.${name}.placing`;
}

export function isOurs(entry: string, name: string): boolean {
  return entry === placingName(name) || makerOf(entry, name) !== undefined;
}

/** Removes what killed runs for the same name left; folders of running processes stay, and so does what resists. */
export function removeLeftovers(parent: string, name: string): void {
  for (const entry of readdirSync(parent)) {
    const pid = makerOf(entry, name);
    if (pid !== undefined && !isRunning(pid)) removeUnlessUsed(join(parent, entry));
  }
}

/** A Git that a killed run had started may still write there. */
function removeUnlessUsed(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  } catch {
    // It is in nobody's way: the run after this one tries again.
  }
}

/** Another process with this id; a leftover with our own id is from before the id was reused. */
export function isRunning(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return systemCode(thrown) === 'EPERM';
  }
}

function makerOf(entry: string, name: string): number | undefined {
  const start = `.${name}.tmp-`;
  const pid = entry.startsWith(start) ? Number(entry.slice(start.length)) : Number.NaN;
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}
