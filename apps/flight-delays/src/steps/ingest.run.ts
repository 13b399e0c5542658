import { copyFile } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { StepContext } from '@ml-platform/pipeline';
import { datasetFile } from '../dataset-file.ts';
import { quoted, rowsOf, withDuckDB, writeParquet } from '../duckdb-session.ts';
import { airportColumns, flightColumns } from '../flight-columns.ts';
import type { ingest } from './ingest.ts';

/** @throws PlatformError `data` for a file that is cut off, isn't Parquet, or lacks a column. */
export async function run({ params, outputs, log }: StepContext<typeof ingest>): Promise<void> {
  const flights = params.flights ?? datasetFile('flights-3m.parquet');
  const airports = datasetFile('airports.csv');
  await withDuckDB(async (database) => {
    const rows = await checkTable(database, flights, `read_parquet(${quoted(flights)})`, flightColumns);
    await checkTable(database, airports, `read_csv(${quoted(airports)})`, airportColumns);
    if (params.rows === undefined || params.rows >= rows) await copyFile(flights, outputs.flights);
    else await writeParquet(database, evenlySpaced(flights, params.rows, rows), outputs.flights);
    log(`${Math.min(params.rows ?? rows, rows)} of ${rows} flights`);
  });
  await copyFile(airports, outputs.airports);
}

/** Reads every value once, so that a damaged block shows here and not three steps later; answers the row count. */
async function checkTable(
  database: DuckDBConnection,
  path: string,
  table: string,
  columns: Readonly<Record<string, string>>,
): Promise<number> {
  const everyValue = Object.entries(columns).map(([name, type]) => `max("${name}"::${type})`);
  try {
    const [found] = await rowsOf<{ rows: bigint }>(
      database,
      `SELECT count(*) AS rows, ${everyValue.join(', ')} FROM ${table}`,
    );
    return Number(found?.rows ?? 0);
  } catch (cause) {
    throw new PlatformError(
      `${path} can't be read as a table with the columns ${Object.keys(columns).join(', ')}: ${messageOf(cause)}`,
      {
        code: 'data',
        hint: 'the file is cut off or of another kind: fetch it again (for the example data: npm ci)',
        cause,
      },
    );
  }
}

function evenlySpaced(path: string, wanted: number, rows: number): string {
  const columns = Object.keys(flightColumns).join(', ');
  return `SELECT ${columns} FROM read_parquet(${quoted(path)}, file_row_number = true)
    WHERE (file_row_number * ${wanted}) % ${rows} < ${wanted} ORDER BY file_row_number`;
}
