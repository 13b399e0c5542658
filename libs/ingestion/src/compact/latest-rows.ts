import { PlatformError } from '@ml-platform/errors';
import type { Dataset } from '../lake/dataset.ts';
import { rowsOf, type Session } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import { scalarOf } from '../table/column-type.ts';
import type { Table } from '../table/define-table.ts';

/** SQL over Parquet files of a dataset: the table's columns with their types, metadata beside them. */
export async function tableSql(
  session: Session,
  dataset: Dataset,
  table: Table,
  files: readonly string[],
): Promise<string> {
  const partitions = Object.keys(dataset.partitions);
  const types = partitions.map((name) => `${quoted(name)}: ${scalarOf(table.columns[name] ?? 'VARCHAR')}`);
  const hive =
    partitions.length === 0
      ? 'hive_partitioning = false'
      : `hive_partitioning = true, hive_types = {${types.join(', ')}}`;
  const source = `read_parquet([${files.map(quoted).join(', ')}], union_by_name = true, filename = '_path', ${hive})`;
  const found = await rowsOf<{ name: string }>(
    session.database,
    `SELECT column_name AS name FROM (DESCRIBE SELECT * FROM ${source})`,
  );
  const there = new Set(found.map(({ name }) => name));
  const columns = Object.entries(table.columns).map(([name, type]) => {
    // A column that the table got later isn't in older files.
    return `${there.has(name) ? named(name) : 'NULL'}::${scalarOf(type)} AS ${named(name)}`;
  });
  const carried = found.filter(({ name }) => name.startsWith('_')).map(({ name }) => named(name));
  return `SELECT ${[...columns, ...carried].join(', ')} FROM ${source}`;
}

/**
 * SQL of the latest row per key, without metadata: by the table's watermark, and where it is equal by what came later.
 *
 * @throws PlatformError `config` for a table without a key.
 */
export async function latestSql(
  session: Session,
  dataset: Dataset,
  table: Table,
  files: readonly string[],
): Promise<string> {
  if (table.key.length === 0) {
    throw new PlatformError(`${dataset.uri}: the table has no key, so that no row is the latest of any`, {
      code: 'config',
      hint: "name the columns that tell rows apart: defineTable({ key: ['id'], … })",
    });
  }
  const all = await tableSql(session, dataset, table, files);
  const found = await rowsOf<{ name: string; type: string }>(
    session.database,
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE ${all})`,
  );
  const columns = Object.keys(table.columns).map(named).join(', ');
  return `SELECT ${columns} FROM (${latest(all, table, new Map(found.map(({ name, type }) => [name, type])))})`;
}

/** Within a partition of a stream, the offset says which of two rows came later, if it is a number; else the time does. */
function latest(all: string, table: Table, types: ReadonlyMap<string, string>): string {
  if (!types.has('_partition')) return latestOf(all, table, table.key, types.has('_sequence') ? ['_sequence'] : []);
  const within = types.get('_offset') === 'BIGINT' ? ['_offset'] : ['_timestamp', '_offset'];
  const perPartition = latestOf(all, table, [...table.key, '_partition'], within);
  return latestOf(perPartition, table, table.key, ['_timestamp', '_offset']);
}

function latestOf(all: string, { watermark }: Table, per: readonly string[], later: readonly string[]): string {
  const order = [...(watermark === undefined ? [] : [watermark]), ...later, '_path'];
  const descending = order.map((name) => `${named(name)} DESC`).join(', ');
  const key = per.map(named).join(', ');
  return `SELECT * FROM (${all}) QUALIFY row_number() OVER (PARTITION BY ${key} ORDER BY ${descending}) = 1`;
}
