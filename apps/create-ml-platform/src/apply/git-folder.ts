import { askGit, type Repository } from './git-process.ts';

/** Where a work tree's own index lies: `.git`, or a folder in it for a linked work tree. */
export function gitFolderOf(repository: Repository): string {
  return askGit(repository, ['rev-parse', '--absolute-git-dir']);
}
