import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertNoSetLeaks, defineFeatureSet, findSetLeaks } from '@ml-platform/features';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { airportArrivals, airportDepartures } from './airport-delays.ts';
import { datasetFile } from './dataset-file.ts';
import { quoted, withDuckDB, writeParquet } from './duckdb-session.ts';

/** As quick as planes are: at 500 miles an hour, with half an hour on the ground. The features wait for longer. */
const ARRIVED = 'date + to_minutes((30 + distance / 8.3)::BIGINT)';

let folder: string;
let source: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'airports-'));
  source = join(folder, 'flights.parquet');
  const flights = `FROM read_parquet(${quoted(datasetFile('flights-3m.parquet'))}) WHERE date < TIMESTAMP '2001-01-08'`;
  await withDuckDB((database) => writeParquet(database, `${flights} AND hash(date, origin) % 4 = 0`, source));
});
afterAll(() => rm(folder, { recursive: true }));

const search = () => ({ source, outcomes: ['delay'], knownAt: ARRIVED, threads: 2, moments: 3 });

test.each([airportDepartures, airportArrivals])('$name uses no delay before the plane has arrived', async (set) => {
  await assertNoSetLeaks(set, search());
});

test('one that took delays for known at departure would be found out', async () => {
  const { knownAfter: _, ...leaking } = airportDepartures;
  const leaks = await findSetLeaks(defineFeatureSet(leaking), search());
  expect(new Set(leaks.map(({ column }) => column))).toEqual(new Set(Object.keys(airportDepartures.features)));
});
