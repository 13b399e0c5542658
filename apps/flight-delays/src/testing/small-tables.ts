import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { withDuckDB, writeParquet } from '../duckdb-session.ts';

const AIRPORTS = `iata,name,city,state,country,latitude,longitude
ABQ,Albuquerque International,Albuquerque,NM,USA,35.04022222,-106.6091944
DAL,Dallas Love Field,Dallas,TX,USA,32.84711389,-96.85177222
`;

/** Writes raw flights, given as SQL rows `(date, delay, distance, origin, destination)`, and two airports, to a folder. */
export async function writeRawTables(
  folder: string,
  flights: readonly string[],
): Promise<{ flights: string; airports: string }> {
  const paths = { flights: join(folder, 'flights.parquet'), airports: join(folder, 'airports.csv') };
  await writeFile(paths.airports, AIRPORTS);
  const types = 'date::TIMESTAMP AS date, delay::BIGINT AS delay, distance::BIGINT AS distance, origin, destination';
  const rows = `(VALUES ${flights.join(', ')}) AS rows(date, delay, distance, origin, destination)`;
  await withDuckDB((database) => writeParquet(database, `SELECT ${types} FROM ${rows}`, paths.flights));
  return paths;
}

/** What a step is called with besides parameters and paths; `lines` and `metrics` hold what it said. */
export function recordingContext() {
  const lines: string[] = [];
  const metrics: Record<string, unknown> = {};
  return {
    lines,
    metrics,
    log: (line: string) => void lines.push(line),
    progress: () => undefined,
    writeMetrics: async (_name: string, values: Readonly<Record<string, number>>) =>
      void Object.assign(metrics, values),
    signal: new AbortController().signal,
  };
}
