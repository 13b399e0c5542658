import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { rowsOf, writeParquet } from '../duckdb-session.ts';

/** Columns of the feature table that are no features: the day, to split by, and the label. */
const DAY = 'flight_date';
export const LABEL = 'late';

const NUMERIC = /^(U?(TINY|SMALL|BIG)?INT|U?INTEGER|FLOAT|DOUBLE|DECIMAL.*)$/;

/**
 * Runs the feature query into the table `features`.
 *
 * @throws PlatformError `config` for SQL that DuckDB refuses, a missing `flight_date` or `late`, or a column that no
 * model takes (anything but text and numbers).
 */
export async function createFeatureTable(database: DuckDBConnection, query: string): Promise<void> {
  try {
    await database.run(`CREATE TEMP TABLE features AS ${query.trim().replace(/;$/, '')}`);
  } catch (cause) {
    throw badQuery(`fails: ${messageOf(cause)}`, cause);
  }
  const columns = await rowsOf<{ name: string; type: string }>(
    database,
    "SELECT column_name AS name, data_type AS type FROM duckdb_columns() WHERE table_name = 'features' ORDER BY column_index",
  );
  checkColumns(columns);
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
  if (types.get(DAY) !== 'DATE') {
    throw badQuery(`gives ${DAY} the type ${types.get(DAY) ?? '(no such column)'}, not DATE`);
  }
  if (!NUMERIC.test(types.get(LABEL) ?? '')) throw badQuery(`gives no numeric column ${LABEL}`);
  for (const { name, type } of columns) {
    if (name === DAY || type === 'VARCHAR' || NUMERIC.test(type)) continue;
    throw badQuery(`gives ${name} the type ${type}; a feature is VARCHAR or a number`);
  }
}

function badQuery(problem: string, cause?: unknown): PlatformError {
  return new PlatformError(`src/steps/features.sql ${problem}`, { code: 'config', hint: 'correct the query', cause });
}
