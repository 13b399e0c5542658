import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Pinned, so that a machine's core count never shows in an artifact. */
export const THREADS = 2;

/** Lends an in-memory DuckDB whose results don't depend on the machine, and closes it. */
export async function withDuckDB<Result>(work: (database: DuckDBConnection) => Promise<Result>): Promise<Result> {
  const instance = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const connection = await instance.connect();
  try {
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** A query's rows, as JSON values. */
export async function rowsOf<Row>(database: DuckDBConnection, query: string): Promise<Row[]> {
  const reader = await database.runAndReadAll(query);
  return reader.getRowObjectsJS() as Row[];
}

/** Writes a query's rows; give it a total ORDER BY and the same rows make the same bytes. */
export async function writeParquet(database: DuckDBConnection, query: string, path: string): Promise<void> {
  await database.run(`COPY (${query}) TO ${quoted(path)} (FORMAT parquet, COMPRESSION zstd)`);
}

/** A SQL string literal. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
