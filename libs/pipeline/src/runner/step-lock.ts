import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';

const POLL_MILLISECONDS = 100;

/**
 * Holds `file` while `work` runs, so that one step has one writer. A lock whose process is gone is taken over.
 *
 * @param waitSeconds How long to wait for a live holder: an orphan ends within a second of its parent.
 * @throws PlatformError `busy` naming the process that holds it.
 */
export async function withLock<Result>(file: string, work: () => Promise<Result>, waitSeconds = 30): Promise<Result> {
  await take(file, Date.now() + waitSeconds * 1000);
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}

async function take(file: string, deadline: number): Promise<void> {
  mkdirSync(dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, identity(process.pid));
  try {
    while (!tryLink(own, file)) {
      const holder = read(file);
      if (holder !== undefined && !isAlive(holder)) discard(file, holder);
      else if (Date.now() > deadline) throw busy(file, holder);
      else await sleep(POLL_MILLISECONDS);
    }
  } finally {
    rmSync(own, { force: true });
  }
}

/** A hard link appears whole, with its content, or not at all. */
function tryLink(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two may find the same dead holder; a rename lets one of them have it, and shows whether it still is the dead one's. */
function discard(file: string, holder: string): void {
  const aside = `${file}.stale-${process.pid}`;
  try {
    renameSync(file, aside);
    if (read(aside) !== holder) tryLink(aside, file);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function isAlive(holder: string): boolean {
  const pid = Number(holder.split(' ')[0]);
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return identity(pid) === holder;
}

/** Process id and, where the system tells (Linux), its start time: ids are used again. */
function identity(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  const startTime = stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  return startTime ? `${pid} ${startTime}` : String(pid);
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

function busy(file: string, holder: string | undefined): PlatformError {
  return new PlatformError(`${file} is held by process ${holder?.split(' ')[0] ?? 'unknown'}`, {
    code: 'busy',
    hint: 'the same step runs elsewhere: wait for it, or end that process',
  });
}
