import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';

const POLL_MILLISECONDS = 100;
const SQLITE_BUSY = 5;

export interface LockOptions {
  /** How long to wait for whoever holds it; 30 unless given. An orphan ends within a second of its parent. */
  readonly waitSeconds?: number;
  readonly log?: (message: string) => void;
}

/**
 * Holds `file` while `work` runs, so that one step has one writer. The lock is an open transaction on an empty SQLite
 * database: the system itself frees it when the process ends, however it ends.
 *
 * @throws PlatformError `busy` naming the process that holds it, `environment` where its folder can't be written to.
 */
export async function withLock<Result>(
  file: string,
  work: () => Promise<Result>,
  options: LockOptions = {},
): Promise<Result> {
  const database = await open(file);
  try {
    await take(database, file, options);
    writeFileSync(holderFile(file), String(process.pid));
    return await work();
  } finally {
    database.close();
  }
}

async function open(file: string): Promise<DatabaseSync> {
  const { DatabaseSync } = await import('node:sqlite');
  try {
    mkdirSync(dirname(file), { recursive: true });
    return new DatabaseSync(file, { timeout: 0 });
  } catch (cause) {
    throw new PlatformError(`can't write in ${dirname(file)}: ${messageOf(cause)}`, {
      code: 'environment',
      hint: "run it where the project's folder can be written to",
      cause,
    });
  }
}

async function take(database: DatabaseSync, file: string, { waitSeconds = 30, log }: LockOptions): Promise<void> {
  const deadline = Date.now() + waitSeconds * 1000;
  for (let attempt = 0; !tryTake(database); attempt++) {
    if (Date.now() > deadline) throw busy(file);
    if (attempt === 10) log?.(`waiting for process ${holder(file)}, which runs the same step`);
    await sleep(POLL_MILLISECONDS);
  }
}

function tryTake(database: DatabaseSync): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return false;
    throw error;
  }
}

function busy(file: string): PlatformError {
  const pid = holder(file);
  return new PlatformError(`the same step is run by process ${pid}, which holds ${file}`, {
    code: 'busy',
    hint: `wait for it, or end it: kill ${pid}`,
  });
}

/** Who holds it, for a message: `file` itself has to stay empty. */
function holderFile(file: string): string {
  return `${file}.pid`;
}

function holder(file: string): string {
  try {
    return readFileSync(holderFile(file), 'utf8');
  } catch {
    return 'unknown';
  }
}
