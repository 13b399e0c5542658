import { PlatformError } from '@ml-platform/errors';
import { readJournal } from '../apply/journal.ts';
import { restore } from '../apply/restore.ts';
import type { WorkTree } from './project.ts';
import { updateUnderWay } from './under-way.ts';

/** Takes back an update that is not committed; returns what it was, in words. */
export function abort(workTree: WorkTree): string {
  const was = readJournal(workTree.gitFolder);
  const journal = updateUnderWay(workTree);
  if (!journal) throw nothingToAbort(was !== undefined);
  restore(workTree.repository);
  return journal.about;
}

function nothingToAbort(isOver: boolean): PlatformError {
  return new PlatformError(isOver ? 'the update is over: it was committed, or undone' : 'no update is under way', {
    code: 'usage',
    hint: isOver
      ? 'to take back a commit: git revert HEAD'
      : 'see `git status`; to begin one: npx create-ml-platform update',
  });
}
