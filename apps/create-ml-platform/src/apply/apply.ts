import { PlatformError } from '@ml-platform/errors';
import type { Tree } from '../template/template.ts';
import { type Changes, changesBetween } from './changes.ts';
import { checkOut } from './check-out.ts';
import { askGit, listGit, type Repository } from './git-process.ts';
import { storeTree, withScratchObjects } from './git-trees.ts';
import type { Journal } from './journal.ts';
import { type Merged, mergeTrees, type Sides } from './merge.ts';
import { statIn } from './stat-in.ts';

export interface Renderings {
  /** What the recorded version gives for the recorded answers. */
  readonly base: Tree;
  /** What the new version or the new answers give. */
  readonly theirs: Tree;
}

export interface ApplyOptions {
  /** What is applied, in words. */
  readonly about?: string;
  /** Only says what would come of it; not even the object database is touched. */
  readonly dryRun?: boolean;
  /** Files that the team will be asked to change before it commits: undoing takes them back as well. */
  readonly leaves?: readonly string[];
  /** Changes the base and the team's tree alike before they are merged. */
  readonly prepare?: (sides: OldSides, repository: Repository) => OldSides;
  /** Changes the merged tree before it is placed. */
  readonly finish?: (merged: Merged, repository: Repository) => Merged;
}

/** Trees that know nothing of the new version, by their ids. */
export type OldSides = Pick<Sides, 'base' | 'ours'>;

/** A merge with what it changes in the team's tree; files in conflict are not among the changes. */
export interface Applied extends Merged {
  readonly changes: Changes;
}

/**
 * Merges a new rendering into the team's committed tree and puts the result into index and work tree: conflicts show
 * as Git's ordinary ones. A tree with changes is refused, and until the result is known nothing is touched. `folder` is
 * the top of the work tree.
 */
export function apply(folder: string, renderings: Renderings, options: ApplyOptions = {}): Applied {
  if (options.dryRun) return withScratchObjects(folder, (repository) => merge(repository, renderings, options));
  const repository = { folder };
  const applied = merge(repository, renderings, options);
  if (applied.tree === askGit(repository, ['rev-parse', 'HEAD^{tree}']) && applied.conflicts.length === 0)
    return applied;
  checkOut(repository, applied, journalOf(repository, applied, options));
  return applied;
}

/** Refuses a work tree with changes, tracked or not. */
export function refuseChanges(repository: Repository): void {
  const paths = listGit(repository, ['status', '--porcelain', '-z', '--untracked-files=normal', '--no-renames']);
  if (paths.length === 0) return;
  throw new PlatformError(`the work tree has ${paths.length} uncommitted changes, for example ${paths[0]?.slice(3)}`, {
    code: 'usage',
    hint: 'commit or stash them, then run the same command again',
  });
}

function merge(repository: Repository, renderings: Renderings, { prepare, finish }: ApplyOptions): Applied {
  refuseChanges(repository);
  const ours = askGit(repository, ['rev-parse', '--verify', 'HEAD^{tree}']);
  const sides = { base: storeTree(repository, renderings.base), ours };
  const theirs = storeTree(repository, renderings.theirs);
  const merged = mergeTrees(repository, { ...(prepare?.(sides, repository) ?? sides), theirs });
  const finished = finish?.(merged, repository) ?? merged;
  refuseOverwriting(repository, finished.tree);
  return { ...finished, changes: settledChanges(repository, ours, finished) };
}

function settledChanges(repository: Repository, ours: string, { tree, conflicts }: Merged): Changes {
  const open = new Set(conflicts.map(({ path }) => path));
  const isSettled = (path: string): boolean => !open.has(path);
  const { added, changed, deleted, renamed } = changesBetween(repository, ours, tree);
  return {
    added: added.filter(isSettled),
    changed: changed.filter(isSettled),
    deleted: deleted.filter(isSettled),
    renamed: renamed.filter(({ to }) => isSettled(to)),
  };
}

/** Git takes an ignored file for worthless; a team's local settings aren't. Files in a folder it does look after. */
function refuseOverwriting(repository: Repository, tree: string): void {
  const { added } = changesBetween(repository, 'HEAD', tree, false);
  const inTheWay = added.find((path) => statIn(repository, path)?.isDirectory() === false);
  if (inTheWay === undefined) return;
  throw new PlatformError(`${inTheWay} is ignored by Git here, and the template has a file of that name now`, {
    code: 'usage',
    hint: `move ${inTheWay} away, then run the same command again`,
  });
}

function journalOf(repository: Repository, { tree, conflicts }: Merged, { about, leaves = [] }: ApplyOptions): Journal {
  const { added, changed, deleted } = changesBetween(repository, 'HEAD', tree, false);
  const known = new Set(listGit(repository, ['ls-tree', '-r', '-z', '--name-only', 'HEAD']));
  const open = [...conflicts.map(({ path }) => path), ...leaves].filter((path) => known.has(path));
  const touched = [...new Set([...changed, ...deleted, ...open])];
  return { about: about ?? 'merge', head: askGit(repository, ['rev-parse', 'HEAD']), tree, added, touched };
}
