import { relative } from 'node:path/posix';
import type { Applied } from '../apply/apply.ts';
import type { Changes } from '../apply/changes.ts';
import type { Ran } from '../migrations/migrate-sides.ts';
import type { Repository } from '../apply/git-process.ts';
import type { Conflict } from '../apply/merge-output.ts';
import { fileIn } from '../apply/settle-json.ts';
import { withoutPrefix } from './prefixed.ts';

/** Why a file is in conflict. */
export type ConflictKind =
  /** Both changed the same lines: Git's markers are in the file. */
  | 'bothChanged'
  /** Both changed a file that is no text: the team's stands there. */
  | 'bothChangedBinary'
  /** The template has it no more, the team had edited it. */
  | 'droppedByTemplate'
  /** A rename on one side met something else on the other. */
  | 'moved';

export interface OpenFile {
  readonly path: string;
  readonly kind: ConflictKind;
}

/** Paths in the project by what the command did to them. */
export interface Files extends Changes {
  readonly keptDeleted: readonly string[];
  readonly conflicts: readonly OpenFile[];
}

export type LockState =
  /** The project has no package-lock.json. */
  | 'none'
  | 'unchanged'
  | 'updated'
  /** Left to the team: npm could not, or was not to, write it. */
  | 'left';

/** What update, add or remove did, as --json prints it. */
export interface Outcome {
  readonly command: 'update' | 'add' | 'remove';
  /** The template's versions. */
  readonly from: string;
  readonly to: string;
  /** Added or removed. */
  readonly features: readonly string[];
  readonly dryRun: boolean;
  /** Nothing to do: nothing was touched. */
  readonly upToDate: boolean;
  readonly files: Files;
  /** What changed the team's own code, by the files that it changed. */
  readonly migrations: readonly Ran[];
  readonly lock: LockState;
  readonly notes: readonly string[];
}

export const NO_FILES: Files = { added: [], changed: [], deleted: [], renamed: [], keptDeleted: [], conflicts: [] };

export function filesOf({ changes, keptDeleted }: Applied, conflicts: readonly OpenFile[], prefix: string): Files {
  const own = (path: string): string => relative(prefix, path);
  return {
    ...withoutPrefix(changes, prefix),
    keptDeleted: keptDeleted.map(own),
    conflicts: conflicts.map(({ path, kind }) => ({ path: own(path), kind })),
  };
}

export function openFile(repository: Repository, tree: string, { path, sides }: Conflict): OpenFile {
  if (sides.ours && !sides.theirs && sides.base) return { path, kind: 'droppedByTemplate' };
  if (!sides.ours || !sides.theirs) return { path, kind: 'moved' };
  const hasMarkers = fileIn(repository, tree, path)?.text.includes('<<<<<<< ') ?? false;
  return { path, kind: hasMarkers ? 'bothChanged' : 'bothChangedBinary' };
}
