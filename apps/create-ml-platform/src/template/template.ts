import type { LockIndex } from '../render/lock-index.ts';
import type { Owner } from './owner.ts';

/** One file of this repository as the archive holds it. */
export interface TemplateFile {
  /** Relative to the repository, with `/` on every system. */
  readonly path: string;
  readonly executable: boolean;
  readonly owner: Owner;
  /** The bytes at which it has the repository's name, alone or in its scope, and a project has its own. */
  readonly names: readonly number[];
  /** A module whose imports may need other line breaks with another name. */
  readonly reflows: boolean;
  readonly content: Uint8Array;
}

export interface Template {
  readonly version: string;
  readonly files: readonly TemplateFile[];
  /** Of the file package-lock.json, where there is one. */
  readonly lock?: LockIndex;
}

export interface TreeFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** The files of a project by path (relative, with `/`). */
export type Tree = ReadonlyMap<string, TreeFile>;
