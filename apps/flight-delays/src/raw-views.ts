import type { DuckDBConnection } from '@duckdb/node-api';
import { quoted } from './duckdb-session.ts';
import { airportColumns } from './flight-columns.ts';

/** The views that the steps' SQL reads from, made of the files that are given: `flights` and `airports`. */
export async function createRawViews(
  database: DuckDBConnection,
  { flights, airports }: { readonly flights?: string; readonly airports: string },
): Promise<void> {
  const types = Object.entries(airportColumns).map(([name, type]) => `${quoted(name)}: ${quoted(type)}`);
  if (flights) await database.run(`CREATE VIEW flights AS FROM read_parquet(${quoted(flights)})`);
  await database.run(
    `CREATE VIEW airports AS FROM read_csv(${quoted(airports)}, header = true, columns = {${types.join(', ')}})`,
  );
}
