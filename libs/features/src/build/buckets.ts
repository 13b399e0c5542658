import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { rowsOf } from '../duckdb/session.ts';
import {
  bucketQuery,
  entityBucketQuery,
  entityQuery,
  eventCountQuery,
  latestQuery,
  type Span,
} from '../query/feature-query.ts';
import type { Plan } from '../query/plan.ts';
import { fitsSql } from '../rolling/rolling-query.ts';

/** What the tables of buckets hold. */
export interface Buckets {
  /** First and last time at which values change by an event, in microseconds since 1970. */
  readonly first: bigint;
  readonly last: bigint;
  readonly events: number;
  /** Whether no sum, over whatever window, is more than 64 bits hold. */
  readonly fits: boolean;
}

/**
 * Leaves the tables `entities`, `entity_buckets` and, where there are such features, `latest`: of events that become known
 * together, what the rest needs. What doesn't fit into memory lies in DuckDB's temporary files.
 *
 * @throws PlatformError `data` where there is no event.
 */
export async function makeBuckets(
  database: DuckDBConnection,
  plan: Plan,
  source: string,
  span: Span | undefined,
): Promise<Buckets> {
  await database.run(`CREATE TEMP TABLE all_buckets AS ${bucketQuery(plan, source, span)}`);
  const [counted] = await rowsOf<{ events: number | null }>(database, eventCountQuery(plan));
  await database.run(`CREATE TABLE entities AS ${entityQuery(plan)}`);
  await database.run(`CREATE TABLE entity_buckets AS ${entityBucketQuery(plan)}`);
  await database.run('DROP TABLE all_buckets');
  if (plan.latest.size > 0) await database.run(`CREATE TABLE latest AS ${latestQuery(plan, source, span)}`);
  const [row] = await rowsOf<{ first: bigint | null; last: bigint | null; fits: boolean }>(
    database,
    `SELECT MIN(at__) AS first, MAX(at__) AS last, ${fitsSql(plan)} AS fits FROM entity_buckets`,
  );
  if (row?.first == null || row.last == null) throw noEvents(plan.set);
  return { first: row.first, last: row.last, events: counted?.events ?? 0, fits: row.fits };
}

/** Of some spans, each after the one before, none of which starts within a day but the first, how many buckets are in each. */
export async function countBuckets(database: DuckDBConnection, spans: readonly Span[]): Promise<number[]> {
  const days = await rowsOf<{ day: bigint; count: number }>(
    database,
    `SELECT at__ - (at__ % ${DAY} + ${DAY}) % ${DAY} AS day, COUNT(*)::DOUBLE AS count FROM entity_buckets GROUP BY day`,
  );
  const counts = spans.map(() => 0);
  for (const { day, count } of days) {
    const index = spans.findLastIndex(({ from }) => from < day + DAY);
    if (index >= 0) counts[index] = (counts[index] ?? 0) + count;
  }
  return counts;
}

const DAY = 86_400_000_000n;

function noEvents({ name }: FeatureSetSpec): PlatformError {
  return new PlatformError(`feature set ${name}: its source has no event with a key and a known time`, {
    code: 'data',
    hint: 'look at the files, at the columns of the key and the timestamp, and at from and until',
  });
}
