import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { rowsOf } from '../duckdb/session.ts';
import { bucketQuery, keysPresent, latestQuery, type Span } from '../query/feature-query.ts';
import type { Plan } from '../query/plan.ts';

/** What the tables of buckets hold. */
export interface Buckets {
  /** First and last time at which values change by an event, in microseconds since 1970. */
  readonly first: bigint;
  readonly last: bigint;
  readonly events: number;
}

/**
 * Leaves the tables `all_buckets` and, where there are such features, `latest`: of events that become known together, what
 * the rest needs. What doesn't fit into memory lies in DuckDB's temporary files.
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
  if (plan.latest.size > 0) await database.run(`CREATE TEMP TABLE latest AS ${latestQuery(plan, source, span)}`);
  const [row] = await rowsOf<{ first: bigint | null; last: bigint | null; events: number }>(
    database,
    `SELECT min(at__) AS first, max(at__) AS last, sum(events__)::DOUBLE AS events FROM all_buckets
      WHERE at__ IS NOT NULL AND ${keysPresent(plan)}`,
  );
  if (row?.first == null || row.last == null) throw noEvents(plan.set);
  return { first: row.first, last: row.last, events: row.events };
}

/** Of some spans, each after the one before, how many buckets are in each. */
export async function countBuckets(database: DuckDBConnection, spans: readonly Span[]): Promise<number[]> {
  const counts = spans.map(
    ({ from, until }, index) => `(count(*) FILTER (at__ >= ${from} AND at__ < ${until}))::DOUBLE AS c${index}`,
  );
  const [row] = await rowsOf<Record<string, number>>(database, `SELECT ${counts.join(', ')} FROM all_buckets`);
  return spans.map((_, index) => row?.[`c${index}`] ?? 0);
}

function noEvents({ name }: FeatureSetSpec): PlatformError {
  return new PlatformError(`feature set ${name}: its source has no event with a key and a known time`, {
    code: 'data',
    hint: 'look at the files, at the columns of the key and the timestamp, and at from and until',
  });
}
