import type { Origin } from './part/convert.ts';
import type { Rows } from './part/rows.ts';
import type { Json } from './position/position.ts';
import type { Table } from './table/define-table.ts';

/** Where rows come from: read in parts, each of which begins where the one before ended. */
export interface Source {
  /** What a position is one of; it changes with what is read, and not with a host or a password: `postgres orders`. */
  readonly name: string;
  /**
   * Parts from a position on; all there is without one. What it throws ends the run, but for a `TransientError`: then it is
   * read again, from the last part that was written.
   */
  read(request: ReadRequest): AsyncIterable<SourcePart | SourceEnd>;
}

export interface ReadRequest {
  readonly table: Table;
  readonly position: Json | undefined;
  /** Moments of the watermark behind this one are not read: they would hide all that comes after. */
  readonly notAfter: Date;
  /** A folder of this machine for what is being read. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Says what goes on where no part does: a pause, another attempt. */
  readonly tell: (message: string) => void;
}

export interface SourcePart {
  /** Where it begins: the same start is the same file. */
  readonly start: string;
  readonly rows: Rows;
  /** Where the next run begins once this part is written; given the greatest watermark in it. */
  readonly next: (highest: string | undefined) => Json | undefined;
  /** Metadata columns of its rows. */
  readonly origin?: Origin;
  readonly lane?: string;
  /** Metadata columns with one text for all rows. */
  readonly labels?: Readonly<Record<string, string>>;
  /** A part that comes out the same whenever it is read: the position need not move behind each of them. */
  readonly isRepeatable?: boolean;
  /** Columns that are there and weren't read. */
  readonly extra?: readonly string[];
  /** Rows that are known to be bad say nothing about the others. */
  readonly drift?: 'error' | 'quarantine';
}

/** All was read. */
export interface SourceEnd {
  readonly next: () => Json;
  /** Which files of the dataset are of an older reading that this one replaces, by name. */
  readonly obsolete?: (name: string) => boolean;
}
