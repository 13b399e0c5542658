import { type Conflict, type ConflictSides, readMerge } from './merge-output.ts';
import { runGit } from './git-process.ts';
import { removePaths, storeCommit } from './git-trees.ts';

/** Trees, by their ids in the repository. */
export interface Sides {
  /** What the template gave before. */
  readonly base: string;
  /** What it gives now. */
  readonly theirs: string;
  /** What the team made of it. */
  readonly ours: string;
}

export interface Merged {
  /** The merged tree; a file in conflict has Git's markers in it. */
  readonly tree: string;
  readonly conflicts: readonly Conflict[];
  /** Files that the template changed, that the team had deleted, and that stay deleted. */
  readonly keptDeleted: readonly string[];
}

/** Merges three ways by Git's own machinery; neither the index nor the work tree is touched. */
export function mergeTrees(repository: string, { base, theirs, ours }: Sides): Merged {
  const root = storeCommit(repository, base, []);
  const heads = [storeCommit(repository, ours, [root]), storeCommit(repository, theirs, [root])];
  const args = [
    '-c',
    'merge.conflictStyle=merge',
    '-c',
    'merge.renames=true',
    'merge-tree',
    '--write-tree',
    '-z',
    ...heads,
  ];
  const { stdout } = runGit({ repository, args, answers: [0, 1] });
  const { tree, conflicts } = readMerge(stdout);
  const deleted = conflicts.filter(({ sides }) => isDeletedByTeam(sides)).map(({ path }) => path);
  return {
    tree: removePaths(repository, tree, deleted),
    conflicts: conflicts.filter(({ path }) => !deleted.includes(path)),
    keptDeleted: deleted,
  };
}

function isDeletedByTeam({ base, ours, theirs }: ConflictSides): boolean {
  return base !== undefined && ours === undefined && theirs !== undefined;
}
