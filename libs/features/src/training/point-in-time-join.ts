import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import { checkTable } from '../build/table.ts';
import { microsecondsOf } from '../definition/duration.ts';
import { EVENT_TIME, FEATURE_TIME, type FeatureSetSpec, keyNames } from '../definition/feature-set.ts';
import { tableColumns } from '../definition/table-columns.ts';
import { identifier, identifiers } from '../duckdb/quote.ts';
import { rowsOf } from '../duckdb/session.ts';

/** A set whose values are put beside the rows of a spine. */
export interface FeatureJoin {
  readonly set: FeatureSetSpec;
  /** Folder of its table. */
  readonly table: string;
  /** The spine's column for each of the key's, where it has another name: `{ airport: 'origin' }`. */
  readonly keys?: Readonly<Record<string, string>>;
  /** All of them unless given. */
  readonly features?: readonly string[];
  /** Before the names of the features: `origin_`. */
  readonly prefix?: string;
}

export interface PointInTimeJoin {
  /** The rows to find values for: anything that may follow FROM, as `flights` or `(SELECT …)`. */
  readonly spine: string;
  /** The spine's column with the time at which values have to be known, inclusive: a DATE or a TIMESTAMP in UTC. */
  readonly time: string;
  readonly joins: readonly FeatureJoin[];
}

/**
 * SQL for the rows of a spine, each once and in their order, with the values that were known at the row's time: null where
 * there were none, or where the last event was older than the set's `ttl`.
 *
 * @throws PlatformError `config` for a column that the spine lacks or has already, `notFound` and `data` for tables.
 */
export async function pointInTimeJoin(
  database: DuckDBConnection,
  { spine, time, joins }: PointInTimeJoin,
): Promise<string> {
  const described = await rowsOf<{ column_name: string }>(
    database,
    `SELECT column_name FROM (DESCRIBE FROM ${spine} AS spine)`,
  );
  const columns = new Set(described.map(({ column_name }) => column_name));
  requireColumn(columns, time, 'time');
  const values: string[] = [];
  const tables: string[] = [];
  for (const [index, join] of joins.entries()) {
    const relation = await checkTable(database, join.set, join.table);
    const found = `found${index}__`;
    tables.push(joinSql(columns, join, { relation, found, time }));
    for (const name of join.features ?? Object.keys(join.set.features)) {
      if (!(name in join.set.features)) throw badJoin(join, `it has no feature ${name}`);
      const column = `${join.prefix ?? ''}${name}`;
      if (columns.has(column)) throw badJoin(join, `there is a column ${column} already: give it a prefix`);
      columns.add(column);
      values.push(`${valueSql(join.set, found, name, time)} AS ${identifier(column)}`);
    }
  }
  return `SELECT ${['spine__.* EXCLUDE (row__)', ...values].join(', ')}
FROM (SELECT *, row_number() OVER () AS row__ FROM ${spine} AS spine) AS spine__
${tables.join('\n')}
ORDER BY row__`;
}

interface Joined {
  readonly relation: string;
  readonly found: string;
  readonly time: string;
}

function joinSql(columns: ReadonlySet<string>, join: FeatureJoin, { relation, found, time }: Joined): string {
  const same = keyNames(join.set).map((key) => {
    const column = join.keys?.[key] ?? key;
    requireColumn(columns, column, `the key ${key} of ${join.set.name}`);
    return `spine__.${identifier(column)} = ${found}.${identifier(key)}`;
  });
  const unknown = Object.keys(join.keys ?? {}).find((key) => !keyNames(join.set).includes(key));
  if (unknown !== undefined) throw badJoin(join, `its key has no column ${unknown}`);
  const on = [...same, `CAST(spine__.${identifier(time)} AS TIMESTAMP) >= ${found}.${FEATURE_TIME}`];
  return `ASOF LEFT JOIN (SELECT ${identifiers(tableColumns(join.set))} FROM ${relation}) AS ${found} ON ${on.join(' AND ')}`;
}

function valueSql({ ttl }: FeatureSetSpec, found: string, name: string, time: string): string {
  const value = `${found}.${identifier(name)}`;
  if (ttl === undefined) return value;
  const now = `epoch_us(CAST(spine__.${identifier(time)} AS TIMESTAMP))`;
  return `CASE WHEN ${now} < epoch_us(${found}.${EVENT_TIME}) + ${microsecondsOf(ttl, 'ttl')} THEN ${value} END`;
}

function requireColumn(columns: ReadonlySet<string>, name: string, what: string): void {
  if (columns.has(name)) return;
  throw new PlatformError(`the spine has no column ${name}, which is to be ${what}`, {
    code: 'config',
    hint: `it has ${[...columns].join(', ')}`,
  });
}

function badJoin({ set }: FeatureJoin, problem: string): PlatformError {
  return new PlatformError(`features of ${set.name} can't be joined: ${problem}`, {
    code: 'config',
    hint: 'correct the join',
  });
}
