import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOnlineStore } from '@ml-platform/features';
import { hasRedis, startRedis } from '@ml-platform/features/testing/redis-server';
import { expect, test } from 'vitest';
import { airportArrivals, airportDepartures } from './airport-delays.ts';
import { datasetFile } from './dataset-file.ts';
import { quoted, rowsOf, withDuckDB, writeParquet } from './duckdb-session.ts';
import { airportDelays } from './online-delays.ts';
import { run } from './steps/features.run.ts';
import { recordingContext } from './testing/small-tables.ts';

const MINUTES = 60_000;
const DAY = '2001-03-15';
const HOUR = 14;

interface Trained extends Record<string, unknown> {
  readonly origin: string;
  readonly destination: string;
}

test.skipIf(!(await hasRedis()))(
  'what is served for a flight is what the model was trained on',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'online-'));
    const at = (name: string) => join(folder, name);
    const redis = await startRedis();
    const store = await openOnlineStore(redis.url);
    try {
      const around = `FROM read_parquet(${quoted(datasetFile('flights-3m.parquet'))})
        WHERE date BETWEEN DATE '${DAY}' - INTERVAL 10 DAYS AND DATE '${DAY}' + INTERVAL 2 DAYS`;
      await withDuckDB((database) => writeParquet(database, around, at('flights.parquet')));
      const outputs = {
        ...{ training: at('training.parquet'), test: at('test.parquet'), metrics: at('metrics.json') },
        ...{ departures: at('departures'), arrivals: at('arrivals') },
      };
      await run({
        ...recordingContext(),
        params: { testFrom: '2001-03-16' },
        inputs: { flights: at('flights.parquet'), airports: datasetFile('airports.csv') },
        outputs,
      });
      const asOf = `${DAY}T${HOUR}:00:00`;
      for (const [set, table] of [
        [airportDepartures, outputs.departures],
        [airportArrivals, outputs.arrivals],
      ] as const) {
        const { entities } = await store.materialize(set, { table, asOf });
        expect(entities).toBeGreaterThan(200);
        const parity = await store.checkParity(set, { table });
        expect(parity).toMatchObject({ equal: entities, missing: 0, extra: 0, stale: 0, different: 0 });
      }
      const flights = await withDuckDB((database) =>
        rowsOf<Trained>(
          database,
          `SELECT DISTINCT origin, destination, COLUMNS('_late_') FROM ${quoted(outputs.training)}
            WHERE flight_date = DATE '${DAY}' AND hour = ${HOUR}`,
        ),
      );
      expect(flights.length).toBeGreaterThan(500);
      for (const { origin, destination, ...trained } of flights)
        expect(await airportDelays(store, { origin, destination })).toEqual(trained);
    } finally {
      store.close();
      await redis.stop();
      await rm(folder, { recursive: true });
    }
  },
  5 * MINUTES,
);
