import { PlatformError } from '@ml-platform/errors';
import type { BigQueryApi } from '../api/bigquery-api.ts';

const NUMBERS = new Set(['INTEGER', 'INT64', 'FLOAT', 'FLOAT64', 'NUMERIC', 'BIGNUMERIC']);

/**
 * The numbers in the one row of a table, by column. Columns of other types are left out.
 *
 * @throws PlatformError `step` for another number of rows, or a number that is none.
 */
export async function readMetrics(
  api: BigQueryApi,
  dataset: string,
  table: string,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  const fields = await api.fields(dataset, table, signal);
  const [row, ...more] = await api.rows(dataset, table, 2, signal);
  if (row === undefined || more.length > 0) {
    throw new PlatformError(
      `the table '${table}' of metrics has ${row ? 'more than one row' : 'no row'}, expected one`,
      {
        code: 'step',
        hint: `one row, a column per number: CREATE TABLE ${table} AS SELECT 0.7 AS auc, 0.4 AS logLoss`,
      },
    );
  }
  return Object.fromEntries(
    fields.flatMap(({ name, type }, index) => (NUMBERS.has(type) ? [[name, finite(table, name, row[index])]] : [])),
  );
}

function finite(table: string, name: string, value: unknown): number {
  const number = typeof value === 'string' ? Number(value) : Number.NaN;
  if (Number.isFinite(number)) return number;
  throw new PlatformError(`the metric '${table}.${name}' is ${value ?? 'NULL'}, expected a finite number`, {
    code: 'step',
    hint: 'look at the rows that it is computed of; IFNULL and SAFE_DIVIDE say what to take instead',
  });
}
