import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { systemCode } from '../write/system-error.ts';
import { removeLeftovers, temporaryName } from '../write/temporary-folder.ts';

const NAME = 'ml-platform-update';

/** What undoing a merge needs, beside the index from before it. */
export interface Journal {
  /** What was merged, in words: `update to 0.2.0`. */
  readonly about: string;
  /** The commit that it was merged into. */
  readonly head: string;
  /** The merged tree. */
  readonly tree: string;
  /** Files that the merge brings, and those of `head` that it changes or takes away. */
  readonly added: readonly string[];
  readonly touched: readonly string[];
  /** The process that is at it; undefined once the merge is in place. */
  readonly pid?: number;
}

/*
 * `.git/ml-platform-update` holds `journal.json`, `index.before` and, while files are placed, the `index` that Git works
 * with. It appears by one rename before the first file is touched, and goes by one rename.
 */
export function journalFolder(gitFolder: string): string {
  return join(gitFolder, NAME);
}

export function openJournal(gitFolder: string, journal: Journal): void {
  removeLeftovers(gitFolder, NAME);
  const temporary = join(gitFolder, temporaryName(NAME));
  mkdirSync(temporary);
  try {
    writeJournal(temporary, { ...journal, pid: process.pid });
    copyFileSync(join(gitFolder, 'index'), join(temporary, 'index.before'));
    renameSync(temporary, journalFolder(gitFolder));
  } catch (thrown) {
    rmSync(temporary, { recursive: true, force: true });
    const isTaken = ['ENOTEMPTY', 'EEXIST', 'EPERM'].includes(systemCode(thrown) ?? '');
    throw isTaken && existsSync(journalFolder(gitFolder)) ? taken(thrown) : thrown;
  }
}

/** Says that all files are in place: from now on it is the team's turn. */
export function settleJournal(gitFolder: string): void {
  const { pid: _, ...journal } = readJournal(gitFolder) ?? {};
  writeJournal(journalFolder(gitFolder), journal as Journal);
}

export function readJournal(gitFolder: string): Journal | undefined {
  const file = join(journalFolder(gitFolder), 'journal.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

export function removeJournal(gitFolder: string): void {
  const done = join(gitFolder, temporaryName(NAME));
  renameSync(journalFolder(gitFolder), done);
  rmSync(done, { recursive: true, force: true });
}

function writeJournal(folder: string, journal: Journal): void {
  const next = join(folder, 'journal.next');
  writeFileSync(next, `${JSON.stringify(journal)}\n`, { flush: true });
  renameSync(next, join(folder, 'journal.json'));
}

function taken(cause: unknown): PlatformError {
  return new PlatformError('another update of this repository was first', {
    code: 'busy',
    hint: 'wait for it, then look at `git status`',
    cause,
  });
}
