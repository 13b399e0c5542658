import { copyFileSync, lstatSync, mkdtempSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dirname } from 'node:path/posix';
import { PlatformError } from '@ml-platform/errors';
import { gitFolderOf } from './git-folder.ts';
import { listGit, type Repository, runGit } from './git-process.ts';
import { type Journal, journalFolder, readJournal, removeJournal } from './journal.ts';
import { outlastGit, placeIndex, removeOwnLock } from './place-index.ts';
import { statIn } from './stat-in.ts';

/**
 * Undoes a merge that was placed, wholly or in part: its files are as in HEAD again, the index is the one from before.
 * Files that the merge did not touch stay as they are. Can be repeated after a kill.
 */
export function restore(repository: Repository): void {
  const gitFolder = gitFolderOf(repository);
  const journal = readJournal(gitFolder);
  if (!journal) return;
  const folder = journalFolder(gitFolder);
  const index = join(folder, 'index');
  outlastGit(index);
  for (const own of [index, join(folder, 'index.before')]) removeOwnLock(gitFolder, own);
  removeAdded(repository, journal);
  refuseFoldersInTheWay(repository, journal);
  const wasPlaced = !isSame(join(folder, 'index.before'), join(gitFolder, 'index'));
  // Placed, it is the repository's index by another name: copying must not write into that.
  rmSync(index, { force: true });
  copyFileSync(join(folder, 'index.before'), index);
  const env = { GIT_INDEX_FILE: index };
  const args = ['checkout-index', '--force', '--index', '--quiet', '-z', '--stdin'];
  runGit({ repository, args, input: journal.touched.map((path) => `${path}\0`).join(''), env });
  runGit({ repository, args: ['update-index', '-q', '--refresh'], env, answers: [0, 1] });
  // Where it never changed, no lock is needed, which another Git may hold.
  if (wasPlaced) placeIndex(gitFolder, index);
  removeJournal(gitFolder);
}

function removeAdded(repository: Repository, { added, tree }: Journal): void {
  const there = added.filter((path) => statIn(repository, path)?.isDirectory() === false);
  const tracked = new Set(listGit(repository, ['ls-files', '-z']));
  const untracked = there.filter((path) => !tracked.has(path));
  const ours = untracked.length > 0 ? placedOf(repository, tree, untracked) : [];
  for (const path of [...there.filter((known) => tracked.has(known)), ...ours]) {
    rmSync(join(repository.folder, path), { force: true });
    removeEmptyFolders(repository.folder, dirname(path));
  }
}

/**
 * Of files that the index doesn't know yet, those that a killed run wrote: whole or cut off, they begin as the merge's
 * do. Any other is the team's, and stays.
 */
function placedOf(repository: Repository, tree: string, paths: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'template-restore-'));
  try {
    const env = { GIT_INDEX_FILE: join(folder, 'index') };
    runGit({ repository, args: ['read-tree', tree], env });
    const args = ['checkout-index', '--quiet', '-z', '--stdin', `--prefix=${join(folder, 'files')}/`];
    runGit({ repository, args, input: paths.map((path) => `${path}\0`).join(''), env });
    return paths.filter((path) => isBeginning(join(repository.folder, path), join(folder, 'files', path)));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function isBeginning(file: string, whole: string): boolean {
  if (lstatSync(file).isSymbolicLink() || lstatSync(whole).isSymbolicLink()) return false;
  const bytes = readFileSync(file);
  return readFileSync(whole).subarray(0, bytes.byteLength).equals(bytes);
}

function removeEmptyFolders(root: string, path: string): void {
  if (path === '.') return;
  try {
    rmdirSync(join(root, path));
  } catch {
    return;
  }
  removeEmptyFolders(root, dirname(path));
}

function isSame(a: string, b: string): boolean {
  return readFileSync(a).equals(readFileSync(b));
}

/** Git would remove a folder where a file has to go, with all that is in it. */
function refuseFoldersInTheWay(repository: Repository, { touched }: Journal): void {
  const folders = touched.filter((path) => statIn(repository, path)?.isDirectory());
  for (const path of folders) removeEmptyFolders(repository.folder, path);
  const path = folders.find((candidate) => statIn(repository, candidate) !== undefined);
  if (path === undefined) return;
  throw new PlatformError(`${path} is a folder with files in it, and was a file before`, {
    code: 'usage',
    hint: `move ${path} away, then run the same command again`,
  });
}
