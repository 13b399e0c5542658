import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { asked, relationOf, type Source } from '../build/source.ts';
import { literal } from '../duckdb/quote.ts';
import { type EngineOptions, rowsOf, withDuckDB } from '../duckdb/session.ts';
import { type FeatureJoin, pointInTimeJoin } from './point-in-time-join.ts';

export interface TrainingSetOptions extends EngineOptions {
  /** Parquet files of labels: entities, times, and what is to be learned. */
  readonly spine: Source;
  /** The spine's column with the time of prediction. */
  readonly time: string;
  readonly joins: readonly FeatureJoin[];
  /** The Parquet file to write. */
  readonly into: string;
}

/**
 * Writes the rows of a spine, each once and in their order, with the values that were known at the row's time.
 *
 * @throws PlatformError as {@link pointInTimeJoin} does.
 */
export async function trainingSet({
  spine,
  time,
  joins,
  into,
  ...engine
}: TrainingSetOptions): Promise<{ rows: number }> {
  const name = 'training set';
  const staging = `${into}.tmp-${process.pid}`;
  await mkdir(dirname(into), { recursive: true });
  try {
    const rows = await withDuckDB(engine, async (database) => {
      const query = await asked({ name }, () => pointInTimeJoin(database, { spine: relationOf(spine), time, joins }));
      const copy = `COPY (${query}) TO ${literal(staging)} (FORMAT parquet, COMPRESSION zstd)`;
      const [row] = await asked({ name }, () => rowsOf<{ Count: bigint }>(database, copy));
      return Number(row?.Count ?? 0);
    });
    await rename(staging, into);
    return { rows };
  } finally {
    await rm(staging, { force: true });
  }
}
