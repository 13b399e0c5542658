import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { type FeatureJoin, pointInTimeJoin } from '@ml-platform/features';
import { rowsOf, writeParquet } from '../duckdb-session.ts';

/** Columns of the query that are no features: the day, to split by, the time of the airports' values, and the label. */
const DAY = 'flight_date';
const KNOWN_AT = 'known_at';
export const LABEL = 'late';

const NUMERIC = /^(U?(TINY|SMALL|BIG)?INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * Runs the feature query into the table `features`, with what else was known at each row's time beside it.
 *
 * @throws PlatformError `config` for SQL that DuckDB refuses, a missing `flight_date`, `known_at` or `late`, or a column
 * that no model takes (anything but text and numbers).
 */
export async function createFeatureTable(
  database: DuckDBConnection,
  query: string,
  joins: readonly FeatureJoin[],
): Promise<void> {
  try {
    await database.run(`CREATE TEMP TABLE departing AS ${query.trim().replace(/;$/, '')}`);
  } catch (cause) {
    throw badQuery(`fails: ${messageOf(cause)}`, cause);
  }
  const columns = await rowsOf<{ name: string; type: string }>(
    database,
    "SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = 'departing' ORDER BY column_index",
  );
  checkColumns(columns);
  const joined = await pointInTimeJoin(database, { spine: 'departing', time: KNOWN_AT, joins });
  await database.run(`CREATE TEMP TABLE features AS SELECT * EXCLUDE (${KNOWN_AT}) FROM (${joined})`);
  await database.run('DROP TABLE departing');
}

/** Writes the features of some days, in an order that leaves nothing open; answers how many rows there are. */
export async function writeSplit(database: DuckDBConnection, where: string, path: string): Promise<number> {
  const [{ count } = { count: 0 }] = await rowsOf<{ count: number }>(
    database,
    `SELECT count(*)::DOUBLE AS count FROM features WHERE ${where}`,
  );
  if (count === 0) {
    throw new PlatformError(`no flight satisfies ${where}`, {
      code: 'data',
      hint: 'set features.testFrom in params.yaml to a day inside the data',
    });
  }
  await writeParquet(database, `FROM features WHERE ${where} ORDER BY ALL`, path);
  return count;
}

function checkColumns(columns: readonly { name: string; type: string }[]): void {
  const types = new Map(columns.map(({ name, type }) => [name, type]));
  for (const [name, type] of [
    [DAY, 'DATE'],
    [KNOWN_AT, 'TIMESTAMP'],
  ] as const) {
    if (types.get(name) === type) continue;
    throw badQuery(`gives ${name} the type ${types.get(name) ?? '(no such column)'}, not ${type}`);
  }
  if (!NUMERIC.test(types.get(LABEL) ?? '')) throw badQuery(`gives no numeric column ${LABEL}`);
  for (const { name, type } of columns) {
    if (name === DAY || name === KNOWN_AT || type === 'VARCHAR' || NUMERIC.test(type)) continue;
    throw badQuery(`gives ${name} the type ${type}; a feature is VARCHAR or a number`);
  }
}

function badQuery(problem: string, cause?: unknown): PlatformError {
  return new PlatformError(`src/steps/features.sql ${problem}`, { code: 'config', hint: 'correct the query', cause });
}
