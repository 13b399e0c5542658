import { writeFile } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { StepContext } from '@ml-platform/pipeline';

type Context = StepContext<{
  inputs: { flights: object; delays: object; wide: object };
  outputs: { compared: object };
}>;

const BY_DAY = (flights: string) => `
  SELECT origin, date_trunc('day', departure) AS day, count(*) AS flights, sum(delay) AS delay, max(departure) AS latest
  FROM '${flights}' GROUP BY ALL`;

/** Rows that one of two queries has and the other hasn't, and the number of rows that both have. */
const DIFFERENCE = (one: string, other: string) => `
  SELECT (SELECT count(*) FROM (SELECT * FROM (${one}) EXCEPT ALL SELECT * FROM (${other}))) AS missing,
    (SELECT count(*) FROM (SELECT * FROM (${other}) EXCEPT ALL SELECT * FROM (${one}))) AS extra,
    (SELECT count(*) FROM (${other})) AS found`;

/** What Spark made, beside the same by DuckDB. */
export async function run({ inputs, outputs }: Context): Promise<void> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const delays = `SELECT origin, day::TIMESTAMP AS day, flights, delay, latest::TIMESTAMP AS latest FROM '${inputs.delays}/*.parquet'`;
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  await connection.run("SET TimeZone = 'UTC'");
  const compared = {
    delays: await rows(DIFFERENCE(BY_DAY(String(inputs.flights)), delays)),
    wide: await rows(`SELECT count(*) AS rows, sum("JFK")::BIGINT AS jfk FROM '${inputs.wide}/*.parquet'`),
  };
  await writeFile(String(outputs.compared), JSON.stringify(compared));
  connection.closeSync();
}
