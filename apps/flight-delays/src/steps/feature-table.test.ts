import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { datasetFile } from '../dataset-file.ts';
import { quoted, rowsOf, withDuckDB, writeParquet } from '../duckdb-session.ts';
import { createRawViews } from '../raw-views.ts';
import { recordingContext } from '../testing/small-tables.ts';
import { createFeatureTable, writeSplit } from './feature-table.ts';
import { run } from './features.run.ts';

const FLIGHTS = quoted(datasetFile('flights-3m.parquet'));
const SAMPLE = `SELECT * FROM read_parquet(${FLIGHTS}, file_row_number = true) WHERE file_row_number % 100 = 0`;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'features-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** The training features of the flights that a query selects, as bytes. */
async function featuresOf(name: string, flights: string): Promise<Buffer> {
  const at = (file: string) => join(folder, `${name}-${file}`);
  await withDuckDB((database) => writeParquet(database, flights, at('flights.parquet')));
  await run({
    ...recordingContext(),
    params: { testFrom: '2001-06-01' },
    inputs: { flights: at('flights.parquet'), airports: datasetFile('airports.csv') },
    outputs: {
      training: at('training.parquet'),
      test: at('test.parquet'),
      departures: at('departures'),
      arrivals: at('arrivals'),
      metrics: at('metrics.json'),
    },
  });
  return readFile(at('training.parquet'));
}

test('the minute of the departure, in which the delay shows, is in no feature of the flight', async () => {
  const of = async (name: string, flights: string) => {
    await featuresOf(name, flights);
    const columns = "COLUMNS(c -> NOT contains(c, '_late_'))";
    const table = quoted(join(folder, `${name}-training.parquet`));
    return withDuckDB((database) => rowsOf(database, `SELECT ${columns} FROM ${table} ORDER BY ALL`));
  };
  const rounded = await of('rounded', `SELECT * REPLACE (date_trunc('hour', date) AS date) FROM (${SAMPLE})`);
  expect(rounded).toEqual(await of('real', SAMPLE));
});

test('whatever becomes of later flights, features and labels of those before are the same', async () => {
  const until = (name: string) => {
    const table = quoted(join(folder, `${name}-training.parquet`));
    const query = `FROM ${table} WHERE flight_date < DATE '2001-03-01'`;
    return withDuckDB((database) =>
      rowsOf(database, `SELECT count(*) AS rows, bit_xor(hash(COLUMNS(*))) FROM (${query})`),
    );
  };
  await featuresOf('real', SAMPLE);
  const later = "CASE WHEN date >= TIMESTAMP '2001-03-01' THEN 600 - delay ELSE delay END";
  await featuresOf('later', `SELECT * REPLACE (${later} AS delay) FROM (${SAMPLE})`);
  expect(await until('later')).toEqual(await until('real'));
});

test('the same flights in another order make the same bytes', async () => {
  const sorted = await featuresOf('sorted', `FROM (${SAMPLE}) ORDER BY file_row_number`);
  const reversed = await featuresOf('reversed', `FROM (${SAMPLE}) ORDER BY file_row_number DESC`);
  expect(reversed.equals(sorted)).toBe(true);
});

test('the columns are what is known at departure, and the label', async () => {
  await featuresOf('columns', `${SAMPLE} AND file_row_number < 3_000_000`);
  const table = quoted(join(folder, 'columns-training.parquet'));
  const columns = await withDuckDB((database) =>
    rowsOf<{ column_name: string }>(database, `SELECT column_name FROM (DESCRIBE FROM ${table})`),
  );
  expect(columns.map(({ column_name }) => column_name)).toEqual([
    ...['flight_date', 'origin', 'destination', 'origin_state', 'destination_state'],
    ...['hour', 'day_of_week', 'distance', 'late'],
    ...['origin_departures_late_3h', 'origin_departures_late_24h', 'origin_departures_late_7d'],
    ...['origin_arrivals_late_3h', 'origin_arrivals_late_24h'],
    ...['destination_arrivals_late_3h', 'destination_arrivals_late_24h'],
  ]);
});

test.each([
  ['SELECT no_such FROM flights', /features\.sql fails: .*no_such/s],
  ['SELECT 1 AS late FROM flights', 'gives flight_date the type (no such column), not DATE'],
  ['SELECT date AS flight_date, 1 AS late FROM flights', 'gives flight_date the type TIMESTAMP, not DATE'],
  [
    'SELECT date::DATE AS flight_date, 1 AS late FROM flights',
    'gives known_at the type (no such column), not TIMESTAMP',
  ],
  ['SELECT date::DATE AS flight_date, date AS known_at FROM flights', 'gives no numeric column late'],
  [
    'SELECT date::DATE AS flight_date, date AS known_at, date, 1 AS late FROM flights',
    'gives date the type TIMESTAMP; a feature is VARCHAR or a number',
  ],
])('the query %s is refused', async (query, message) => {
  const inputs = { flights: datasetFile('flights-3m.parquet'), airports: datasetFile('airports.csv') };
  const created = withDuckDB(async (database) => {
    await createRawViews(database, inputs);
    await createFeatureTable(database, `${query} LIMIT 1;`, []);
  });
  await expect(created).rejects.toMatchObject({ code: 'config' });
  await expect(created).rejects.toThrow(message);
});

test('a split without a flight is refused', async () => {
  const written = withDuckDB(async (database) => {
    await database.run("CREATE TABLE features AS SELECT DATE '2001-01-01' AS flight_date, 1 AS late");
    await writeSplit(database, "flight_date >= DATE '2001-06-01'", join(folder, 'test.parquet'));
  });
  await expect(written).rejects.toMatchObject({ code: 'data', hint: expect.stringContaining('features.testFrom') });
});
