import { readFile } from 'node:fs/promises';
import { buildFeatures, type FeatureSetSpec } from '@ml-platform/features';
import type { StepContext } from '@ml-platform/pipeline';
import { airportArrivals, airportDepartures, airportJoins } from '../airport-delays.ts';
import { THREADS, withDuckDB } from '../duckdb-session.ts';
import { createRawViews } from '../raw-views.ts';
import { createFeatureTable, writeSplit } from './feature-table.ts';
import type { features } from './features.ts';

export async function run(context: StepContext<typeof features>): Promise<void> {
  const { params, inputs, outputs, log, signal, writeMetrics } = context;
  const build = async (set: FeatureSetSpec, into: string) => {
    const { rows } = await buildFeatures(set, {
      source: inputs.flights,
      into,
      threads: THREADS,
      memory: '1Gi',
      signal,
    });
    log(`${rows} rows of ${set.name}`);
  };
  await build(airportDepartures, outputs.departures);
  await build(airportArrivals, outputs.arrivals);
  const query = await readFile(new URL('./features.sql', import.meta.url), 'utf8');
  await withDuckDB(async (database) => {
    await createRawViews(database, inputs);
    await createFeatureTable(database, query, airportJoins(outputs));
    const trainingRows = await writeSplit(database, `flight_date < DATE '${params.testFrom}'`, outputs.training);
    const testRows = await writeSplit(database, `flight_date >= DATE '${params.testFrom}'`, outputs.test);
    log(`${trainingRows} flights to train on, ${testRows} to test on`);
    await writeMetrics('metrics', { trainingRows, testRows });
  });
}
