import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { Tree } from '../template/template.ts';
import { askGit, runGit } from './git-process.ts';
import { storeTree } from './git-trees.ts';
import { type Merged, mergeTrees } from './merge.ts';
import type { Conflict, Stage } from './merge-output.ts';

export interface Renderings {
  /** What the recorded version gives for the recorded answers. */
  readonly base: Tree;
  /** What the new version or the new answers give. */
  readonly theirs: Tree;
}

/**
 * Merges a new rendering into the team's committed tree and puts the result into index and work tree: conflicts show
 * as Git's ordinary ones. A tree with changes is refused, and until the result is known nothing is touched.
 */
export function apply(repository: string, { base, theirs }: Renderings): Merged {
  refuseChanges(repository);
  const ours = askGit(repository, ['rev-parse', '--verify', 'HEAD^{tree}']);
  const trees = { base: storeTree(repository, base), theirs: storeTree(repository, theirs), ours };
  const merged = mergeTrees(repository, trees);
  refuseOverwriting(repository, merged.tree);
  checkOut(repository, merged);
  return merged;
}

function refuseChanges(repository: string): void {
  const changes = runGit({ repository, args: ['status', '--porcelain', '-z'] }).stdout;
  if (changes === '') return;
  const paths = changes.split('\0').filter((line) => line !== '');
  throw new PlatformError(`the work tree has ${paths.length} uncommitted changes, for example ${paths[0]?.slice(3)}`, {
    code: 'usage',
    hint: 'commit or stash them, then run the same command again',
  });
}

/** Git takes an ignored file for worthless; a team's local settings aren't. */
function refuseOverwriting(repository: string, tree: string): void {
  const args = ['diff', '--name-only', '--no-renames', '--diff-filter=A', '-z', 'HEAD', tree];
  const added = runGit({ repository, args })
    .stdout.split('\0')
    .filter((path) => path !== '');
  const inTheWay = added.find((path) => lstatSync(join(repository, path), { throwIfNoEntry: false }));
  if (inTheWay === undefined) return;
  throw new PlatformError(`${inTheWay} is ignored by Git here, and the template has a file of that name now`, {
    code: 'usage',
    hint: `move ${inTheWay} away, then run the same command again`,
  });
}

function checkOut(repository: string, { tree, conflicts }: Merged): void {
  runGit({ repository, args: ['read-tree', '-m', '-u', 'HEAD', tree] });
  if (conflicts.length === 0) return;
  runGit({
    repository,
    args: ['update-index', '-z', '--index-info'],
    input: conflicts.map((conflict) => unmerged(conflict, tree.length)).join(''),
  });
}

/** Index lines that mark a file as in conflict, as a merge would. */
function unmerged({ path, sides: { base, ours, theirs } }: Conflict, idLength: number): string {
  const line = (stage: Stage | undefined, number: number): string => {
    return stage ? `${stage.mode} ${stage.id} ${number}\t${path}\0` : '';
  };
  return `0 ${'0'.repeat(idLength)}\t${path}\0${line(base, 1)}${line(ours, 2)}${line(theirs, 3)}`;
}
