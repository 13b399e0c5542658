import { constants, copyFileSync, existsSync, linkSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { systemCode } from '../write/system-error.ts';

const PAUSE = 50;
/** For another's Git, and for one that a killed run of ours had started. */
const PATIENCE = { others: 2_000, ours: 10_000 };

/**
 * Makes a finished index the repository's, by Git's own protocol: `index.lock` keeps others out and becomes the index.
 * The lock is a second name of our file, so what a killed run left can be told from the lock of a Git at work.
 */
export function placeIndex(gitFolder: string, finished: string): void {
  const lock = join(gitFolder, 'index.lock');
  const isPlaced = waitUntil(() => tryLock(finished, lock), PATIENCE.others);
  if (!isPlaced) throw locked(lock);
  renameSync(lock, join(gitFolder, 'index'));
}

/** Refuses a repository whose index another Git holds. */
export function refuseLocked(gitFolder: string): void {
  const lock = join(gitFolder, 'index.lock');
  if (!waitUntil(() => !existsSync(lock), PATIENCE.others)) throw locked(lock);
}

/** Removes an `index.lock` that is the given file: a run was killed between locking and placing. */
export function removeOwnLock(gitFolder: string, finished: string): void {
  const lock = join(gitFolder, 'index.lock');
  if (!existsSync(finished) || !existsSync(lock)) return;
  if (readFileSync(lock).equals(readFileSync(finished))) rmSync(lock, { force: true });
}

/** A Git that a killed run had started ends by itself; one that was killed as well leaves its lock for good. */
export function outlastGit(index: string): void {
  const lock = `${index}.lock`;
  waitUntil(() => !existsSync(lock), PATIENCE.ours);
  rmSync(lock, { force: true });
}

function tryLock(finished: string, lock: string): boolean {
  try {
    link(finished, lock);
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw thrown;
  }
}

/** Not every file system has links. */
function link(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') throw thrown;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

function waitUntil(condition: () => boolean, patience: number): boolean {
  const end = Date.now() + patience;
  while (!condition()) {
    if (Date.now() > end) return false;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE);
  }
  return true;
}

function locked(lock: string): PlatformError {
  return new PlatformError(`another Git holds ${lock}`, {
    code: 'busy',
    hint: 'wait for it; if no Git is running, remove that file, then run the same command again',
  });
}
