import type { Owner } from './owner.ts';

/** One file of this repository as the archive holds it. */
export interface TemplateFile {
  /** Relative to the repository, with `/` on every system. */
  readonly path: string;
  readonly executable: boolean;
  readonly owner: Owner;
  /** Text that holds the scope or the repository's name. */
  readonly renames: boolean;
  readonly content: Uint8Array;
}

export interface Template {
  readonly version: string;
  readonly files: readonly TemplateFile[];
}

export interface TreeFile {
  readonly content: Uint8Array;
  readonly executable: boolean;
}

/** The files of a project by path (relative, with `/`). */
export type Tree = ReadonlyMap<string, TreeFile>;
