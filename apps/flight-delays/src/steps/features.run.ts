import { readFile } from 'node:fs/promises';
import type { StepContext } from '@ml-platform/pipeline';
import { withDuckDB } from '../duckdb-session.ts';
import { createRawViews } from '../raw-views.ts';
import { createFeatureTable, writeSplit } from './feature-table.ts';
import type { features } from './features.ts';

export async function run({ params, inputs, outputs, log, writeMetrics }: StepContext<typeof features>): Promise<void> {
  const query = await readFile(new URL('./features.sql', import.meta.url), 'utf8');
  await withDuckDB(async (database) => {
    await createRawViews(database, inputs);
    await createFeatureTable(database, query);
    const trainingRows = await writeSplit(database, `flight_date < DATE '${params.testFrom}'`, outputs.training);
    const testRows = await writeSplit(database, `flight_date >= DATE '${params.testFrom}'`, outputs.test);
    log(`${trainingRows} flights to train on, ${testRows} to test on`);
    await writeMetrics('metrics', { trainingRows, testRows });
  });
}
