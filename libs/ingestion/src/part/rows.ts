/** Rows as they come: objects, or a file of this machine. */
export type Rows = Iterable<object> | AsyncIterable<object> | RowsFile;

export interface RowsFile {
  /** On this machine; `.gz` and `.zst` are read as they are. */
  readonly file: string;
  readonly format: Format;
  /** For `csv`: what stands between two values; found by the header unless given. */
  readonly delimiter?: string;
}

/** `ndjson` has an object per line, `json` one array of them. */
export type Format = 'csv' | 'json' | 'ndjson' | 'parquet';

/** What couldn't be read, beside rows that could; of another class, since a row may have any field. */
export class Unreadable {
  readonly _problem: string;
  readonly _raw: string;

  constructor(reason: string, raw: string, origin: Readonly<Record<string, unknown>>) {
    Object.assign(this, origin);
    this._problem = reason;
    this._raw = raw;
  }
}

/**
 * A row that couldn't be read at all: it goes to quarantine with the reason and what came, and holds nothing up.
 *
 * @param origin values of the metadata columns that each row of this part carries.
 */
export function unreadable(reason: string, raw: string, origin: Readonly<Record<string, unknown>> = {}): object {
  return new Unreadable(reason, raw, origin);
}
