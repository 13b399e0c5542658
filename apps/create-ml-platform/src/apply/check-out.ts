import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { gitFolderOf } from './git-folder.ts';
import { type Repository, runGit } from './git-process.ts';
import { type Journal, journalFolder, openJournal, settleJournal } from './journal.ts';
import type { Merged } from './merge.ts';
import type { Conflict, Stage } from './merge-output.ts';
import { placeIndex, refuseLocked } from './place-index.ts';
import { restore } from './restore.ts';

/**
 * Puts a merged tree into work tree and index. Files first, with an index of our own, the repository's index last by
 * one rename: a kill in between leaves a journal that `restore` undoes; a failure is undone at once.
 */
export function checkOut(repository: Repository, { tree, conflicts }: Merged, journal: Journal): void {
  const gitFolder = gitFolderOf(repository);
  refuseLocked(gitFolder);
  openJournal(gitFolder, journal);
  try {
    const index = join(journalFolder(gitFolder), 'index');
    copyFileSync(join(journalFolder(gitFolder), 'index.before'), index);
    const env = { GIT_INDEX_FILE: index };
    // Git takes a file with another time for changed until it has looked inside.
    runGit({ repository, args: ['update-index', '-q', '--refresh'], env, answers: [0, 1] });
    runGit({ repository, args: ['read-tree', '-m', '-u', 'HEAD', tree], env });
    const input = conflicts.map((conflict) => unmerged(conflict, tree.length)).join('');
    if (input !== '') runGit({ repository, args: ['update-index', '-z', '--index-info'], input, env });
    placeIndex(gitFolder, index);
  } catch (thrown) {
    undo(repository, thrown);
    throw thrown;
  }
  settleJournal(gitFolder);
}

function undo(repository: Repository, reason: unknown): void {
  try {
    restore(repository);
  } catch (thrown) {
    throw new PlatformError(`${messageOf(reason)}; undoing it failed as well: ${messageOf(thrown)}`, {
      code: 'environment',
      hint: 'set that right, then: npx create-ml-platform update --abort',
      cause: reason,
    });
  }
}

/** Index lines that mark a file as in conflict, as a merge would. */
function unmerged({ path, sides: { base, ours, theirs } }: Conflict, idLength: number): string {
  const line = (stage: Stage | undefined, number: number): string => {
    return stage ? `${stage.mode} ${stage.id} ${number}\t${path}\0` : '';
  };
  return `0 ${'0'.repeat(idLength)}\t${path}\0${line(base, 1)}${line(ours, 2)}${line(theirs, 3)}`;
}
