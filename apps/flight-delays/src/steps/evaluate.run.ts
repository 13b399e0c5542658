import type { DuckDBConnection } from '@duckdb/node-api';
import type { StepContext } from '@ml-platform/pipeline';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import { quoted, rowsOf, withDuckDB } from '../duckdb-session.ts';
import { areaUnderRoc, brierScore, logLoss } from './classification-metrics.ts';
import type { evaluate } from './evaluate.ts';

const BATCH_ROWS = 20_000;

export async function run(context: StepContext<typeof evaluate>): Promise<void> {
  const { params, inputs, log, writeMetrics } = context;
  const model = await loadModel(inputs.model);
  try {
    await withDuckDB(async (database) => {
      await database.run(
        `CREATE TEMP TABLE test AS SELECT row_number() OVER () AS position, * FROM ${quoted(inputs.test)}`,
      );
      const labels = await numbers(database, 'SELECT late AS value FROM test ORDER BY position');
      const scores = await score(model, database, labels.length, context);
      const baseline = await numbers(database, baselineQuery(inputs.training, params.baselineSmoothing));
      const measured = {
        rows: labels.length,
        auc: areaUnderRoc(labels, scores),
        logLoss: logLoss(labels, scores),
        brier: brierScore(labels, scores),
        baselineAuc: areaUnderRoc(labels, baseline),
        baselineLogLoss: logLoss(labels, baseline),
      };
      log(`AUC ${measured.auc.toFixed(4)} on ${measured.rows} flights; baseline ${measured.baselineAuc.toFixed(4)}`);
      await writeMetrics('metrics', measured);
    });
  } finally {
    await model.close();
  }
}

async function score(
  model: ServedModel,
  database: DuckDBConnection,
  total: number,
  { progress, signal }: StepContext<typeof evaluate>,
): Promise<Float64Array> {
  const { inputs, outputs } = model.manifest.signature;
  const columns = inputs.map(({ name }) => `"${name}"`).join(', ');
  const output = outputs[0]?.name ?? '';
  const scores = new Float64Array(total);
  for (let start = 0; start < total; start += BATCH_ROWS) {
    signal.throwIfAborted();
    const rows = await rowsOf<Record<string, string | number | null>>(
      database,
      `SELECT ${columns} FROM test WHERE position > ${start} AND position <= ${start + BATCH_ROWS} ORDER BY position`,
    );
    const predicted = await model.predict(rows);
    scores.set(predicted.columns[output] as number[], start);
    progress({ done: start + rows.length, total, label: 'flights scored' });
  }
  return scores;
}

/** The share of late flights by origin and hour in training, drawn towards the overall share where flights are few. */
function baselineQuery(training: string, smoothing: number): string {
  return `
    WITH overall AS (SELECT avg(late) AS rate FROM ${quoted(training)}),
    cells AS (SELECT origin, hour, sum(late) AS late, count(*) AS flights FROM ${quoted(training)} GROUP BY ALL)
    SELECT (coalesce(cells.late, 0) + ${smoothing} * overall.rate) / (coalesce(cells.flights, 0) + ${smoothing}) AS value
    FROM test CROSS JOIN overall LEFT JOIN cells USING (origin, hour) ORDER BY position`;
}

async function numbers(database: DuckDBConnection, query: string): Promise<Float64Array> {
  const rows = await rowsOf<{ value: number }>(database, query);
  return Float64Array.from(rows, ({ value }) => Number(value));
}
