/** What a database does of itself; how a table is read is made of it. */
export interface SqlClient extends AsyncDisposable {
  /** Begins a reading of what is there now, however long it takes. */
  snapshot(): Promise<void>;
  /** Names of the columns of what is read. */
  columns(from: string): Promise<string[]>;
  /** Rows in chunks, in constant memory; values in the order of the columns. */
  rows(sql: string, values: readonly SqlValue[]): AsyncIterable<SqlValue[][]>;
  name(column: string): string;
  /** The place of a value; `index` counts from 1. */
  place(index: number): string;
}

/** Numbers that are compared as such, and texts of all that a database can write as one. */
export type SqlValue = string | number | bigint | null | Uint8Array;
