import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import { timestampText } from '../definition/times.ts';
import { asked, relationOf, type Source } from '../build/source.ts';
import { identifier, identifiers, literal } from '../duckdb/quote.ts';
import { type EngineOptions, rowsOf, withDuckDB } from '../duckdb/session.ts';

export interface LeakSearch extends EngineOptions {
  /** Parquet files of events. */
  readonly source: Source;
  /** The table by which `query` reads them. */
  readonly events: string;
  /** SQL over an event's columns: the time from which its outcomes are known. Take it from another place than the features do. */
  readonly knownAt: string;
  /** Columns whose values nobody knows before. */
  readonly outcomes: readonly string[];
  /** Takes away whole events that aren't known yet, as well: for features that no event takes part in before it is known. */
  readonly without?: boolean;
  /** What gives the features: SQL, a row per prediction. */
  readonly query: string;
  /** Columns that tell its rows apart, and the one with the time of prediction. */
  readonly rows: readonly string[];
  readonly time: string;
  /** Columns that may know the future: the label. */
  readonly ignore?: readonly string[];
  /** Moments to look at, evenly spread over the rows; 4 unless given. */
  readonly moments?: number;
  /** Makes what else the query reads. */
  readonly prepare?: (database: DuckDBConnection) => Promise<unknown>;
}

/** A value that changes with what was not known at its time. */
export interface Leak {
  readonly column: string;
  /** Values of up to this moment changed with outcomes that are known later. */
  readonly moment: string;
  /** How many of them. */
  readonly changed: number;
  /** What was done to the outcomes. */
  readonly outcomes: Change;
}

type Change = 'raised' | 'lowered' | 'without';

/**
 * Searches for features that know the future: takes some moments, changes all that became known after each, computes
 * everything again, and compares the rows of up to that moment. None of their values may differ.
 *
 * @throws PlatformError `config` for a query that gives other columns, `data` and `notFound` for the source.
 */
export async function findLeaks(search: LeakSearch): Promise<Leak[]> {
  const { source, query, prepare, without = false, moments = 4 } = search;
  const name = 'leak search';
  return withDuckDB(search, async (database) => {
    await prepare?.(database);
    return asked({ name }, async () => {
      await database.run(`CREATE TEMP TABLE events__ AS FROM ${relationOf(source)}`);
      const kinds = await columnTypes(database, 'events__');
      const changes: Change[] = ['raised', 'lowered', ...(without ? (['without'] as const) : [])];
      await createEvents(database, search.events, 'FROM events__');
      await database.run(`CREATE TEMP TABLE real__ AS ${query}`);
      const columns = comparedColumns(search, await columnTypes(database, 'real__'));
      const leaks: Leak[] = [];
      for (const moment of await momentsOf(database, search.time, moments)) {
        for (const change of changes) {
          await createEvents(database, search.events, changedEvents(search, kinds, moment, change));
          await database.run(`CREATE OR REPLACE TEMP TABLE changed__ AS ${query}`);
          leaks.push(...(await compare(database, search, columns, moment, change)));
        }
      }
      return leaks;
    });
  });
}

/**
 * Throws where {@link findLeaks} finds one.
 *
 * @throws PlatformError `data` that names the columns, and how many of their values know the future.
 */
export async function assertNoLeaks(search: LeakSearch): Promise<void> {
  refuseLeaks(await findLeaks(search));
}

export function refuseLeaks(leaks: readonly Leak[]): void {
  const [first] = leaks;
  if (first === undefined) return;
  const columns = [...new Set(leaks.map(({ column }) => column))];
  throw new PlatformError(
    `${columns.join(', ')} ${columns.length > 1 ? 'know' : 'knows'} the future: ${first.changed} values of up to ${first.moment} change with outcomes that are known later`,
    { code: 'data', hint: 'let an event count from when its outcome is known: knownAfter in defineFeatureSet(…)' },
  );
}

/** Types by name. */
async function columnTypes(database: DuckDBConnection, table: string): Promise<Map<string, string>> {
  const rows = await rowsOf<{ column_name: string; column_type: string }>(database, `DESCRIBE ${table}`);
  return new Map(rows.map(({ column_name, column_type }) => [column_name, column_type]));
}

function createEvents(database: DuckDBConnection, name: string, sql: string): Promise<unknown> {
  return database.run(`CREATE OR REPLACE TEMP VIEW ${identifier(name)} AS ${sql}`);
}

function comparedColumns({ rows, time, ignore = [] }: LeakSearch, found: ReadonlyMap<string, string>): string[] {
  const missing = [...rows, time, ...ignore].find((name) => !found.has(name));
  if (missing === undefined) return [...found.keys()].filter((name) => ![...rows, time, ...ignore].includes(name));
  throw new PlatformError(`the query of the leak search gives no column ${missing}`, {
    code: 'config',
    hint: `it gives ${[...found.keys()].join(', ')}`,
  });
}

async function momentsOf(database: DuckDBConnection, time: string, count: number): Promise<string[]> {
  const shares = Array.from({ length: count }, (_, index) => (index + 1) / (count + 1));
  const at = `epoch_us(CAST(${identifier(time)} AS TIMESTAMP))`;
  const [row] = await rowsOf<{ times: readonly bigint[] | null }>(
    database,
    `SELECT quantile_disc(${at}, [${shares.join(', ')}]) AS times FROM real__`,
  );
  const times = [...new Set(row?.times ?? [])].map(timestampText);
  if (times.length > 0) return times;
  throw new PlatformError('the query of the leak search gives no row with a time', {
    code: 'data',
    hint: 'name events of which it makes some',
  });
}

function changedEvents(search: LeakSearch, types: ReadonlyMap<string, string>, moment: string, change: Change): string {
  const later = `CAST((${search.knownAt}) AS TIMESTAMP) > TIMESTAMP ${literal(moment)}`;
  if (change === 'without') return `SELECT * FROM events__ WHERE (${later}) IS NOT TRUE`;
  const changed = search.outcomes.map((name) => {
    const type = types.get(name);
    if (type === undefined) throw noOutcome(name, types);
    return `CASE WHEN ${later} THEN ${extreme(type, change)} ELSE ${identifier(name)} END AS ${identifier(name)}`;
  });
  return `SELECT * REPLACE (${changed.join(', ')}) FROM events__`;
}

/** Far from what is usual, and yet a value that calculations bear. */
function extreme(type: string, change: 'raised' | 'lowered'): string {
  const high = change === 'raised';
  const of = (raised: string, lowered: string) => `CAST(${high ? raised : lowered} AS ${type})`;
  if (type === 'BOOLEAN') return of('true', 'false');
  if (type === 'VARCHAR') return of("'~'", "''");
  if (/^(DATE|TIMESTAMP|TIME)/.test(type)) return of("TIMESTAMP '2200-01-01'", "TIMESTAMP '1800-01-01'");
  if (type === 'TINYINT') return of('99', '-99');
  if (type.startsWith('U')) return of('99', '0');
  const [, precision, scale] = /^DECIMAL\((\d+),(\d+)\)$/.exec(type) ?? [];
  const digits = precision === undefined ? 4 : Math.min(4, Number(precision) - Number(scale));
  return of('9'.repeat(Math.max(1, digits)), `-${'9'.repeat(Math.max(1, digits))}`);
}

function noOutcome(name: string, types: ReadonlyMap<string, string>): PlatformError {
  return new PlatformError(`the events have no column ${name}, which is to be an outcome`, {
    code: 'config',
    hint: `they have ${[...types.keys()].join(', ')}`,
  });
}

async function compare(
  database: DuckDBConnection,
  { rows, time }: LeakSearch,
  columns: readonly string[],
  moment: string,
  outcomes: Change,
): Promise<Leak[]> {
  const until = `WHERE ${identifier(time)} <= TIMESTAMP ${literal(moment)}`;
  const differ = columns.map(
    (name, index) =>
      `count(*) FILTER (real.${identifier(name)} IS DISTINCT FROM changed.${identifier(name)}) AS c${index}`,
  );
  const [row] = await rowsOf<Record<string, bigint>>(
    database,
    `SELECT ${differ.join(', ')} FROM (FROM real__ ${until}) AS real
      FULL JOIN (FROM changed__ ${until}) AS changed USING (${identifiers([...new Set([...rows, time])])})`,
  );
  return columns.flatMap((column, index) => {
    const changed = Number(row?.[`c${index}`] ?? 0);
    return changed > 0 ? [{ column, moment, changed, outcomes }] : [];
  });
}
