import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageName } from '../engine/package-name.ts';

/** What `npx platform lock` makes of the packages of generated steps. */
export const LOCKS = fileURLToPath(new URL('./locks', import.meta.url));

/**
 * The requirements.txt of a requirements.in that names nothing but what generated steps import: ready, without the network.
 * A lock that isn't a ready one is the team's, and stays.
 *
 * @param present The requirements.txt that is there.
 */
export function readyLock(requirements: string, present: string | undefined): string | undefined {
  const locks = readdirSync(LOCKS).map((file) => readFileSync(join(LOCKS, file), 'utf8'));
  if (present !== undefined && !locks.includes(present)) return undefined;
  const wanted = requirementsIn(requirements).sort();
  return locks.find((lock) => requirementsOf(lock).join() === wanted.join());
}

function requirementsIn(text: string): string[] {
  const lines = text.split('\n').map((line) => line.replace(/(^|\s)#.*/, '').trim());
  return lines.filter((line) => line !== '');
}

/** The packages of a lock that requirements.in names itself, in the lock's order, which is that of their names. */
export function requirementsOf(lock: string): string[] {
  const packages = lock.split(/^(?=\S)/m).filter((entry) => entry.includes('-r requirements.in'));
  return [...new Set(packages.flatMap((entry) => packageName(entry) ?? []))];
}
