import { writeFile } from 'node:fs/promises';
import type { StepContext } from '@ml-platform/pipeline';
import { readModelManifest } from '@ml-platform/registry';
import { rowsOf, withDuckDB } from '../duckdb-session.ts';
import { type Evaluation, evaluateFlights } from '../evaluation/evaluation.ts';
import { createRawViews } from '../raw-views.ts';
import { type AirportNames, renderReport } from '../report/report.ts';
import type { evaluate } from './evaluate.ts';
import { scoreFlights } from './score-flights.ts';

export async function run(context: StepContext<typeof evaluate>): Promise<void> {
  const { params, inputs, outputs, log, writeMetrics } = context;
  const flights = await scoreFlights({ ...inputs, smoothing: params.baselineSmoothing }, context);
  const evaluation = evaluateFlights(flights, params.calibrationBins);
  const { auc, baselineAuc, logLoss, baselineLogLoss } = evaluation.metrics;
  log(`AUC ${auc.toFixed(4)} (baseline ${baselineAuc.toFixed(4)})`);
  log(`log loss ${logLoss.toFixed(4)} (baseline ${baselineLogLoss.toFixed(4)})`);
  await writeMetrics('metrics', evaluation.metrics);
  await writeFile(outputs.slices, slicesDocument(evaluation));
  const airports = await airportNames(inputs.airports);
  const manifest = await readModelManifest(inputs.model);
  await writeFile(
    outputs.report,
    await renderReport({ evaluation, manifest, airports, topAirports: params.topAirports }),
  );
}

function slicesDocument({ byOrigin, byHour }: Evaluation): string {
  return `${JSON.stringify({ origin: byOrigin, hour: byHour }, null, 2)}\n`;
}

async function airportNames(path: string): Promise<AirportNames> {
  return withDuckDB(async (database) => {
    await createRawViews(database, { airports: path });
    const rows = await rowsOf<{ iata: string; name: string }>(
      database,
      "SELECT iata, coalesce(city || ', ' || state, name) AS name FROM airports",
    );
    return new Map(rows.map(({ iata, name }) => [iata, name]));
  });
}
