import { copyFileSync, existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import {
  type Change,
  closeJournal,
  type Journal,
  openJournal,
  openJournals,
  stagedFile,
  unlessGone,
} from './journal.ts';

/** What became of changes that an interrupted process had left. */
export interface Finished {
  readonly placed: readonly string[];
  /** Edited since, by somebody else: they stay as they are. */
  readonly left: readonly string[];
}

/**
 * Changes files in their order. A kill at any moment leaves each of them whole, and all of them as they were, or so that
 * `finishPlacing` does the rest.
 *
 * @throws PlatformError `busy` where a file isn't any more what it is said to be before: then none is changed.
 */
export function placeFiles(root: string, changes: readonly Change[]): void {
  const edited = changes.filter(({ path, before }) => read(join(root, path)) !== before);
  if (edited.length > 0) throw changedMeanwhile(edited.map(({ path }) => path));
  openJournal(root, changes);
  const { left } = finishPlacing(root);
  if (left.length > 0) throw changedMeanwhile(left);
}

/** Does the rest of what a killed process began. Several may do so at once: each file is placed by one of them. */
export function finishPlacing(root: string): Finished {
  const placed: string[] = [];
  const left: string[] = [];
  for (const journal of openJournals(root)) {
    for (const [index, change] of journal.changes.entries()) {
      const outcome = place(root, journal, index, change);
      if (outcome === 'placed') placed.push(change.path);
      if (outcome === 'edited') left.push(change.path);
    }
    closeJournal(journal);
  }
  return { placed, left };
}

function place(root: string, journal: Journal, index: number, change: Change): 'placed' | 'there' | 'edited' {
  const staged = stagedFile(journal, index);
  if (!existsSync(staged)) return 'there';
  const path = join(root, change.path);
  const text = read(path);
  if (text === change.after) return 'there';
  if (text !== change.before) return 'edited';
  mkdirSync(dirname(path), { recursive: true });
  // A file that is a link stays one.
  const target = text === undefined ? path : realpathSync(path);
  return unlessGone(() => move(staged, target)) ?? 'there';
}

function move(staged: string, target: string): 'placed' {
  try {
    renameSync(staged, target);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'EXDEV') throw thrown;
    // A project's folder may be a link to another disk.
    const beside = `${target}.part`;
    copyFileSync(staged, beside);
    renameSync(beside, target);
    rmSync(staged);
  }
  return 'placed';
}

function read(path: string): string | undefined {
  return unlessGone(() => readFileSync(path, 'utf8'));
}

function changedMeanwhile(paths: readonly string[]): PlatformError {
  return new PlatformError(`edited by somebody else at the same moment, and left so: ${paths.join(', ')}`, {
    code: 'busy',
    hint: 'run the same command again',
  });
}
