import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { askGit, listGit, type Repository } from '../apply/git-process.ts';
import { type Journal, journalFolder, readJournal, removeJournal } from '../apply/journal.ts';
import { outlastGit, removeOwnLock } from '../apply/place-index.ts';
import { restore } from '../apply/restore.ts';
import { isRunning } from '../write/temporary-folder.ts';
import { openProject, openWorkTree, type Project, type WorkTree } from './project.ts';

/** The update that waits for a commit, or was killed; one that was committed, or undone by Git, is forgotten here. */
export function updateUnderWay({ repository, gitFolder }: WorkTree): Journal | undefined {
  const journal = readJournal(gitFolder);
  if (!journal) return undefined;
  if (journal.pid !== undefined && isRunning(journal.pid)) throw running(journal.about, journal.pid, gitFolder);
  const index = join(journalFolder(gitFolder), 'index');
  // Of a run that was killed, a Git may still be writing.
  outlastGit(index);
  const hasMoved = askGit(repository, ['rev-parse', 'HEAD']) !== journal.head;
  if (!hasMoved && (journal.pid !== undefined || !isClean(repository))) return journal;
  removeOwnLock(gitFolder, index);
  removeJournal(gitFolder);
  return undefined;
}

// What Git keeps in its folder while it waits for a person.
const OF_GIT: readonly [file: string, what: string][] = [
  ['MERGE_HEAD', 'a merge'],
  ['CHERRY_PICK_HEAD', 'a cherry-pick'],
  ['REVERT_HEAD', 'a revert'],
  ['rebase-merge', 'a rebase'],
  ['rebase-apply', 'a rebase'],
];

/** The project that `cwd` lies in, ready for a merge. */
export function openIdleProject(cwd: string): Project {
  const workTree = openWorkTree(cwd);
  // First of all: a killed run may have left the tree without its platform.json.
  refuseUnderWay(workTree);
  return openProject(cwd, workTree);
}

/** Refuses to start where an update, or something of Git's own, waits for its end. */
function refuseUnderWay(workTree: WorkTree): void {
  const journal = updateUnderWay(workTree);
  // Killed before it had touched what Git tracks: a file that Git ignored until then may be there all the same.
  if (journal && isClean(workTree.repository)) restore(workTree.repository);
  else if (journal) {
    throw new PlatformError(`${journal.about} is under way: it waits for your commit`, {
      code: 'usage',
      hint: 'commit it, or take it back: npx create-ml-platform update --abort',
    });
  }
  const own = OF_GIT.find(([file]) => existsSync(join(workTree.gitFolder, file)));
  if (!own) return;
  throw new PlatformError(`${own[1]} is under way in this repository`, {
    code: 'usage',
    hint: 'finish it (see `git status`), then run the same command again',
  });
}

function isClean(repository: Repository): boolean {
  return listGit(repository, ['status', '--porcelain', '-z']).length === 0;
}

function running(about: string, pid: number, gitFolder: string): PlatformError {
  return new PlatformError(`process ${pid} is at it: ${about}`, {
    code: 'busy',
    hint: `wait for it; if process ${pid} is something else, take "pid" out of ${journalFolder(gitFolder)}/journal.json`,
  });
}
