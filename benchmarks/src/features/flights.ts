import { DuckDBInstance } from '@duckdb/node-api';
import { datasetFile } from '../../../apps/flight-delays/src/dataset-file.ts';

/** Half a year, in days: what one copy of the flights is later than the one before. */
const SHIFT = 182;

/** Three million real flights. */
export const FLIGHTS = datasetFile('flights-3m.parquet');

/** Writes so many copies of the flights, one after the other in time. */
export async function writeCopies(copies: number, file: string): Promise<void> {
  const parts = Array.from({ length: copies }, (_, copy) => {
    const date = `date + INTERVAL ${copy * SHIFT} DAY AS date`;
    return `SELECT ${date}, delay, distance, origin, destination FROM '${FLIGHTS}'`;
  });
  await withDatabase((query) => query(`COPY (${parts.join(' UNION ALL ')}) TO '${file}' (FORMAT parquet)`));
}

/** How many rows of two tables of rates differ; both are Parquet files. */
export async function countDifferences(ours: string, theirs: string): Promise<number> {
  const rate = (name: string) => `CASE WHEN isfinite(${name}) THEN ${name} END AS ${name}`;
  const rates = ['late_3h', 'late_24h', 'late_7d'].map(rate).join(', ');
  const rows = (files: string) => `SELECT origin, feature_time::TIMESTAMP AS feature_time, ${rates} FROM '${files}'`;
  const both = [`(${rows(ours)}) EXCEPT ALL (${rows(theirs)})`, `(${rows(theirs)}) EXCEPT ALL (${rows(ours)})`];
  const counts = both.map((sql) => `(SELECT count(*) FROM (${sql}))`);
  return withDatabase(async (query) => Number((await query(`SELECT ${counts.join(' + ')} AS count`))[0]?.[0]));
}

async function withDatabase<Result>(work: (query: (sql: string) => Promise<unknown[][]>) => Promise<Result>) {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return await work(async (sql) => (await connection.runAndReadAll(sql)).getRows() as unknown[][]);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
