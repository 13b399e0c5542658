import { askGit, runGit } from './git-process.ts';
import { type Change, changeTree, storeCommit } from './git-trees.ts';
import { mergeJsonTexts } from './merge-json.ts';
import { type Conflict, readMerge, type Stage } from './merge-output.ts';

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
  const settled = new Map(conflicts.flatMap((conflict) => settle(repository, conflict)));
  return {
    tree: changeTree(repository, tree, settled),
    conflicts: conflicts.filter(({ path }) => !settled.has(path)),
    keptDeleted: [...settled].filter(([, change]) => change === undefined).map(([path]) => path),
  };
}

/** What Git leaves open and we don't: a file that the team deleted stays deleted, JSON merges key by key. */
function settle(repository: string, { path, sides }: Conflict): [string, Change][] {
  const { base, ours, theirs } = sides;
  if (base && !ours && theirs) return [[path, undefined]];
  if (!ours || !theirs || !path.endsWith('.json')) return [];
  const read = (stage: Stage): string => askGit(repository, ['cat-file', 'blob', stage.id]);
  const merged = mergeJsonTexts(base ? read(base) : '{}', read(ours), read(theirs));
  if (merged === undefined) return [];
  const id = runGit({ repository, args: ['hash-object', '-w', '--stdin'], input: merged }).stdout.trim();
  return [[path, { mode: ours.mode, id }]];
}
