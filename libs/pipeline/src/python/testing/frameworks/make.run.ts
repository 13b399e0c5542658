import { DuckDBInstance } from '@duckdb/node-api';
import type { StepContext } from '@ml-platform/pipeline';

/** As a month of flights, made up. */
const FLIGHTS = `
  SELECT i AS id, ['ABQ', 'DAL', 'LAX', 'JFK', 'Zürich'][1 + i % 5] AS origin,
    CAST((i * 7919) % 181 - 20 AS INTEGER) AS delay, TIMESTAMP '2026-01-01 00:00:00' + INTERVAL (i) MINUTE AS departure
  FROM range(30000) numbers(i) ORDER BY i`;

export async function run({ outputs }: StepContext<{ outputs: { flights: object } }>): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  await connection.run(`COPY (${FLIGHTS}) TO '${outputs.flights}' (FORMAT parquet)`);
  connection.closeSync();
}
