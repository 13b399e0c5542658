import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SqlType } from '../definition/sql-types.ts';
import { identifier, literal } from '../duckdb/quote.ts';
import { rowsOf, withDuckDB } from '../duckdb/session.ts';

export type Cell = string | number | boolean | null;

/** Lends a folder, which goes with all that is in it. */
export async function inFolder<Result>(work: (at: (name: string) => string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'features-'));
  try {
    return await work((name) => join(folder, name));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Writes rows, in their order, to a Parquet file. */
export async function writeRows(
  file: string,
  columns: Readonly<Record<string, SqlType>>,
  rows: readonly Readonly<Record<string, Cell>>[],
): Promise<void> {
  const names = Object.keys(columns);
  const list = Object.entries(columns).map(([name, type]) => `${identifier(name)} ${type}`);
  const values = rows.map((row) => `(${names.map((name) => sqlOf(row[name] ?? null)).join(', ')})`);
  await withDuckDB({ threads: 1 }, async (database) => {
    await database.run(`CREATE TABLE made (${list.join(', ')})`);
    if (values.length > 0) await database.run(`INSERT INTO made VALUES ${values.join(', ')}`);
    await database.run(`COPY made TO ${literal(file)} (FORMAT parquet)`);
  });
}

/** Rows of a query over Parquet files, times and large numbers as text. */
export function queryRows(sql: string): Promise<Record<string, Cell>[]> {
  return withDuckDB({ threads: 1 }, async (database) => {
    const rows = await database.runAndReadAll(sql);
    return rows.getRowObjectsJson() as Record<string, Cell>[];
  });
}

export async function countOf(sql: string): Promise<number> {
  return withDuckDB({}, async (database) => {
    const [row] = await rowsOf<{ count: bigint }>(database, `SELECT count(*) AS count FROM (${sql})`);
    return Number(row?.count ?? -1n);
  });
}

function sqlOf(cell: Cell): string {
  return typeof cell === 'string' ? literal(cell) : String(cell);
}
