import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { PlatformError } from '@ml-platform/errors';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { fingerprintOf } from '../definition/fingerprint.ts';
import { microsecondsOfTime, timestampText } from '../definition/times.ts';
import { literal } from '../duckdb/quote.ts';
import { type EngineOptions, rowsOf, withDuckDB } from '../duckdb/session.ts';
import { type Span, tableQuery } from '../query/feature-query.ts';
import { type Plan, planOf } from '../query/plan.ts';
import { countBuckets, makeBuckets } from './buckets.ts';
import { inChunks, isStart, type Partition, type PartitionBy, partitionsOf } from './partitions.ts';
import { asked, checkSource, relationOf, type Source } from './source.ts';
import { checkTable, FINGERPRINT } from './table.ts';
import { windowsOf } from './windows.ts';

export interface BuildOptions extends EngineOptions {
  readonly source: Source;
  /** Folder of the table: a Parquet file per partition, and nothing else. */
  readonly into: string;
  /** What a file holds, and how much is computed at once where there is much; `month` unless given. */
  readonly partitionBy?: PartitionBy;
  /** Builds the partitions from this one on and leaves the others: its first day, as `2026-01-01`. */
  readonly from?: string;
  /** Leaves out rows from this time on; rows end with the last event that is known, unless given. */
  readonly until?: string;
  /** Neighbouring partitions are computed together up to so many entities and times of events; 150,000 unless given. */
  readonly atOnce?: number;
  readonly onProgress?: (progress: BuildProgress) => void;
  /** Stops between two partitions. */
  readonly signal?: AbortSignal;
}

export interface BuildProgress {
  readonly done: number;
  readonly total: number;
  /** `2026-01`. */
  readonly partition: string;
  /** Of this partition. */
  readonly rows: number;
}

export interface BuildResult {
  readonly rows: number;
  /** Names of the files that were written, without `.parquet`. */
  readonly partitions: readonly string[];
  /** Times of the rows: from the first, to before the second; in UTC. */
  readonly from: string;
  readonly until: string;
  /** That were used: those with a key, a timestamp and a time at which they are known. */
  readonly events: number;
}

/** Before and after any event, in microseconds since 1970. */
const [EARLIEST, LATEST] = [BigInt(Date.UTC(1000, 0, 1)) * 1000n, BigInt(Date.UTC(9000, 0, 1)) * 1000n];

/**
 * Builds the table of a feature set. Events are read once; then it goes partition by partition, each with what its windows
 * reach, so that memory is bounded by `memory` whatever the source's size. Equal events make equal bytes. The table
 * replaces the one that was there only when it is complete.
 *
 * @throws PlatformError `config` for a definition or an option, `notFound` and `data` for files, `environment` where memory
 * does not do.
 */
export async function buildFeatures(set: FeatureSetSpec, options: BuildOptions): Promise<BuildResult> {
  const { into } = options;
  const planned = planOf(set);
  // It is told where it is waited for: DuckDB starts meanwhile.
  planned.catch(() => undefined);
  const staging = `${into}.tmp-${process.pid}`;
  const temporaryFolder = options.temporaryFolder ?? join(staging, 'spilled');
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  try {
    return await withDuckDB({ ...options, temporaryFolder }, (database, connect) =>
      asked(set, async () => {
        const plan = await planned;
        const source = relationOf(options.source);
        await checkSource(database, set, source);
        const wanted = await wantedSpan(database, set, options);
        const buckets = await makeBuckets(database, plan, source, wanted);
        const { first, last, events } = buckets;
        const from = options.from === undefined ? first : (wanted?.from ?? first);
        const until = options.until === undefined ? last + 1n : (wanted?.until ?? last + 1n);
        const partitions = partitionsOf({ from, until }, options.partitionBy ?? 'month');
        const chunks = inChunks(partitions, await countBuckets(database, partitions), options.atOnce ?? 150_000);
        const windows = windowsOf(connect, plan, buckets, chunks.map(spanOf));
        const writers = options.memory === undefined ? [database, await connect()] : [database];
        const written = await writePartitions(writers, plan, windows, chunks, staging, options);
        await place(staging, into, [...written.keys()], options.from === undefined ? undefined : partitions);
        return {
          rows: [...written.values()].reduce((sum, count) => sum + count, 0),
          partitions: [...written.keys()],
          from: timestampText(from),
          until: timestampText(until),
          events,
        };
      }),
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}

/** The rows that are asked for, where that is said. */
async function wantedSpan(
  database: DuckDBConnection,
  set: FeatureSetSpec,
  { from, until, partitionBy = 'month', into }: BuildOptions,
): Promise<Span | undefined> {
  const end = until === undefined ? LATEST : microsecondsOfTime(until, 'until');
  if (from === undefined) return until === undefined ? undefined : { from: EARLIEST, until: end };
  const start = microsecondsOfTime(from, 'from');
  if (!isStart(start, partitionBy)) {
    throw new PlatformError(`from is '${from}', where no ${partitionBy} starts`, {
      code: 'config',
      hint: `files hold a whole ${partitionBy}: name its first day`,
    });
  }
  if ((await readdir(into).catch(() => [])).length > 0) await checkTable(database, set, into);
  return { from: start, until: end };
}

/** Writes the files of partitions that have rows, as many at once as there are connections: DuckDB writes each on one core. */
async function writePartitions(
  writers: readonly DuckDBConnection[],
  plan: Plan,
  windows: AsyncIterable<string>,
  chunks: readonly (readonly Partition[])[],
  folder: string,
  { onProgress = () => undefined, signal }: BuildOptions,
): Promise<Map<string, number>> {
  const written = new Map<string, number>();
  const left = [...chunks];
  const total = chunks.flat().length;
  let done = 0;
  for await (const query of windows) {
    const chunk = left.shift() ?? [];
    for (let start = 0; start < chunk.length; start += writers.length) {
      signal?.throwIfAborted();
      const together = chunk.slice(start, start + writers.length);
      const counts = await all(
        writers.flatMap((writer, index) => {
          const partition = together[index];
          return partition ? [writePartition(writer, plan, query, partition, folder)] : [];
        }),
      );
      for (const [index, { name }] of together.entries()) {
        const rows = counts[index] ?? 0;
        if (rows > 0) written.set(name, rows);
        done += 1;
        onProgress({ done, total, partition: name, rows });
      }
    }
  }
  return written;
}

/** Waits for all, whichever fails: a connection that is closed has nothing under way. */
async function all<Value>(promises: readonly Promise<Value>[]): Promise<Value[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** From the first of some neighbours to the last. */
function spanOf(chunk: readonly Partition[]): Span {
  return { from: chunk[0]?.from ?? 0n, until: chunk.at(-1)?.until ?? 0n };
}

async function writePartition(
  database: DuckDBConnection,
  plan: Plan,
  windows: string,
  { name, ...span }: Partition,
  folder: string,
): Promise<number> {
  const { set } = plan;
  const marks = `{ feature_set: ${literal(set.name)}, ${FINGERPRINT}: ${literal(fingerprintOf(set))} }`;
  const file = join(folder, `${name}.parquet`);
  const [row] = await rowsOf<{ Count: bigint }>(
    database,
    `COPY (${tableQuery(plan, windows, span)}) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, KV_METADATA ${marks})`,
  );
  const count = Number(row?.Count ?? 0);
  if (count === 0) await rm(file, { force: true });
  return count;
}

/** Puts files in their place: all of them in that of a folder, or those of some partitions into it. */
async function place(
  staging: string,
  into: string,
  written: readonly string[],
  among: readonly Partition[] | undefined,
): Promise<void> {
  const file = (folder: string, name: string) => join(folder, `${name}.parquet`);
  if (among === undefined) await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true });
  for (const name of written) await rename(file(staging, name), file(into, name));
  const empty = (among ?? []).filter(({ name }) => !written.includes(name));
  for (const { name } of empty) await rm(file(into, name), { force: true });
}
