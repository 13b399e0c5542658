import { tableSql } from '../compact/latest-rows.ts';
import { explained } from '../failures/explain.ts';
import { openSession, rowsOf, type SessionOptions } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import { scalarOf } from '../table/column-type.ts';
import type { RowOf, Table } from '../table/define-table.ts';
import { currentFiles } from './current-files.ts';
import type { Dataset } from './dataset.ts';
import { localFiles } from './local-files.ts';

export interface ReadOptions<T extends Table> extends SessionOptions {
  readonly dataset: Dataset;
  readonly table: T;
  /** SQL of which rows: `amount > 100`. */
  readonly where?: string;
}

export interface ExportOptions<T extends Table> extends ReadOptions<T> {
  /** Of this machine, to be written as Parquet. */
  readonly file: string;
}

/** DuckDB hands these out in forms of its own. */
const AS_TEXT = ['TIME', 'UUID', 'JSON'];

/** A dataset's rows, typed, in chunks, in constant memory. */
export async function* readRows<T extends Table>(options: ReadOptions<T>): AsyncIterable<RowOf<T>> {
  const { dataset, table, where } = options;
  await using session = await openSession(options);
  const files = await localFiles(dataset, await currentFiles(dataset), session.folder);
  if (files.length === 0) return;
  const columns = Object.entries(table.columns).map(([name, type]) => {
    return AS_TEXT.includes(scalarOf(type)) ? `${named(name)}::VARCHAR AS ${named(name)}` : named(name);
  });
  const all = await tableSql(session, dataset, table, files);
  const query = `SELECT ${columns.join(', ')} FROM (${all})${where === undefined ? '' : ` WHERE ${where}`}`;
  const result = await session.database.stream(query);
  for await (const rows of result.yieldRowObjectJs()) yield* rows as RowOf<T>[];
}

/** Writes a dataset's rows as one Parquet file, in the order of the key: equal rows make equal bytes. */
export async function exportRows<T extends Table>(options: ExportOptions<T>): Promise<{ readonly rows: number }> {
  const { dataset, table, where, file } = options;
  return explained(file, async () => {
    await using session = await openSession(options);
    const files = await localFiles(dataset, await currentFiles(dataset), session.folder);
    const columns = Object.entries(table.columns);
    const nothing = columns.map(([name, type]) => `NULL::${scalarOf(type)} AS ${named(name)}`).join(', ');
    const all = files.length === 0 ? `SELECT ${nothing} LIMIT 0` : await tableSql(session, dataset, table, files);
    const select = `SELECT ${columns.map(([name]) => named(name)).join(', ')} FROM (${all})`;
    const order = table.key.length === 0 ? '' : ` ORDER BY ${table.key.map(named).join(', ')}`;
    const query = `${select}${where === undefined ? '' : ` WHERE ${where}`}${order}`;
    const [written] = await rowsOf<{ Count: bigint }>(
      session.database,
      `COPY (${query}) TO ${quoted(file)} (FORMAT parquet, COMPRESSION zstd)`,
    );
    return { rows: Number(written?.Count ?? 0) };
  });
}
