import type { DuckDBConnection } from '@duckdb/node-api';
import { microsecondsOfTime, timestampText } from '../definition/times.ts';
import { checkTable } from '../build/table.ts';
import { microsecondsOf } from '../definition/duration.ts';
import { EVENT_TIME, FEATURE_TIME, type FeatureSetSpec, keyNames } from '../definition/feature-set.ts';
import { identifier, identifiers, literal } from '../duckdb/quote.ts';
import { rowsOf } from '../duckdb/session.ts';
import { storedSql, toValue, type Value } from './encoding.ts';

/** An entity's values as of a time. */
export interface OfflineValues {
  readonly key: Readonly<Record<string, unknown>>;
  readonly values: readonly Value[];
  /** Milliseconds, from that time on, that they last. */
  readonly lasting: number | undefined;
}

/** The time as of which values are taken from a table: as it is given, else that of its last row. */
export async function timeOf(
  database: DuckDBConnection,
  set: FeatureSetSpec,
  table: string,
  asOf: string | undefined,
): Promise<string> {
  if (asOf !== undefined) return timestampText(microsecondsOfTime(asOf, 'asOf'));
  const relation = await checkTable(database, set, table);
  const [row] = await rowsOf<{ last: bigint }>(
    database,
    `SELECT epoch_us(max(${FEATURE_TIME})) AS last FROM ${relation}`,
  );
  return timestampText(row?.last ?? 0n);
}

/** Of each entity that has any, in batches. */
export async function* offlineValues(
  database: DuckDBConnection,
  set: FeatureSetSpec,
  table: string,
  asOf: string,
): AsyncGenerator<OfflineValues[]> {
  const relation = await checkTable(database, set, table);
  const ttl = set.ttl === undefined ? undefined : microsecondsOf(set.ttl, 'ttl');
  const time = `TIMESTAMP ${literal(asOf)}`;
  const features = Object.entries(set.features);
  const columns = [
    ...keyNames(set).map((name) => storedSql(identifier(name), set.entity.key[name] ?? 'VARCHAR')),
    ttl === undefined ? 'NULL' : `epoch_us(${EVENT_TIME}) + ${ttl} - epoch_us(${time})`,
    ...features.map(([name, { type }]) => storedSql(identifier(name), type)),
  ];
  // What is older than the ttl has expired: no need to read it.
  const recent = ttl === undefined ? '' : ` AND epoch_us(${FEATURE_TIME}) > epoch_us(${time}) - ${ttl}`;
  const result = await database.stream(
    `SELECT ${columns.map((sql, index) => `${sql} AS c${index}`).join(', ')} FROM (
      SELECT unnest(arg_max(candidate, candidate.${FEATURE_TIME})) FROM ${relation} AS candidate
      WHERE ${FEATURE_TIME} <= ${time}${recent} GROUP BY ${identifiers(keyNames(set))})`,
  );
  const keys = keyNames(set);
  for await (const rows of result.yieldRowsJs()) {
    yield rows
      .map(([...cells]) => ({
        key: Object.fromEntries(keys.map((name, index) => [name, cells[index]])),
        lasting: lastingOf(cells[keys.length], ttl),
        values: features.map(([name], index) => toValue(cells[keys.length + 1 + index], name)),
      }))
      .filter(({ lasting }) => lasting === undefined || lasting > 0);
  }
}

function lastingOf(microseconds: unknown, ttl: bigint | undefined): number | undefined {
  if (ttl === undefined) return undefined;
  return microseconds === null ? 0 : Math.ceil(Number(microseconds) / 1000);
}
