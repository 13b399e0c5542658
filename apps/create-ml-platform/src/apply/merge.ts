import { type Repository, runGit, runGitForBytes } from './git-process.ts';
import { type Change, changeTree, storeBlob, storeCommit } from './git-trees.ts';
import { mergeJsonTexts } from './merge-json.ts';
import { type Conflict, readMerge, type Stage } from './merge-output.ts';
import { fileIn, settleJson } from './settle-json.ts';

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

const SETTINGS = ['merge.conflictStyle=merge', 'merge.renames=true'].flatMap((setting) => ['-c', setting]);

/** Merges three ways by Git's own machinery; neither the index nor the work tree is touched. */
export function mergeTrees(repository: Repository, sides: Sides): Merged {
  const root = storeCommit(repository, sides.base, []);
  const heads = [sides.ours, sides.theirs].map((tree) => storeCommit(repository, tree, [root]));
  const args = [...SETTINGS, 'merge-tree', '--write-tree', '-z', ...heads];
  const { tree, conflicts } = readMerge(runGit({ repository, args, answers: [0, 1] }).stdout);
  const settled = new Map(conflicts.flatMap((conflict) => settle(repository, conflict)));
  const open = conflicts.filter(({ path }) => !settled.has(path));
  const json = settleJson(repository, sides, tree, new Set(conflicts.map(({ path }) => path)));
  const changes = new Map<string, Change>([
    ...settled,
    ...open.flatMap(({ path }) => nameSides(repository, tree, path, heads)),
    ...json.map((file): [string, Change] => {
      const [path, mode] =
        file.kind === 'text' ? [file.path, file.mode] : [file.conflict.path, sideMode(file.conflict)];
      return [path, { mode, id: storeBlob(repository, file.text) }];
    }),
  ]);
  return {
    tree: changeTree(repository, tree, changes),
    conflicts: [...open, ...json.flatMap((file) => (file.kind === 'conflict' ? [file.conflict] : []))],
    keptDeleted: [...settled].filter(([, change]) => change === undefined).map(([path]) => path),
  };
}

/** What Git leaves open and we don't: a file that the team deleted stays deleted, JSON merges key by key. */
function settle(repository: Repository, { path, sides }: Conflict): [string, Change][] {
  const { base, ours, theirs } = sides;
  if (base && !ours && theirs) return [[path, undefined]];
  if (!ours || !theirs || !path.endsWith('.json')) return [];
  const read = (stage: Stage): string => runGit({ repository, args: ['cat-file', 'blob', stage.id] }).stdout;
  const merged = mergeJsonTexts(base ? read(base) : '{}', read(ours), read(theirs));
  if (merged === undefined) return [];
  return [[path, { mode: ours.mode, id: storeBlob(repository, merged) }]];
}

/** Git labels the markers with the ids of our synthetic commits, which tell nobody anything. */
function nameSides(
  repository: Repository,
  tree: string,
  path: string,
  [ours = '', theirs = '']: string[],
): [string, Change][] {
  const file = fileIn(repository, tree, path);
  if (!file) return [];
  // latin1 keeps every byte as it is.
  const text = runGitForBytes({ repository, args: ['cat-file', 'blob', file.stage.id] }).printed.toString('latin1');
  const named = text.replaceAll(`<<<<<<< ${ours}`, '<<<<<<< ours').replaceAll(`>>>>>>> ${theirs}`, '>>>>>>> theirs');
  if (named === text) return [];
  return [[path, { mode: file.stage.mode, id: storeBlob(repository, Buffer.from(named, 'latin1')) }]];
}

function sideMode({ sides }: Conflict): string {
  return sides.ours?.mode ?? sides.theirs?.mode ?? '100644';
}
