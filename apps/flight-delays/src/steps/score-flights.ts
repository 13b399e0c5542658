import { readFile } from 'node:fs/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { StepContext } from '@ml-platform/pipeline';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import { quoted, withDuckDB } from '../duckdb-session.ts';
import type { ScoredFlights } from '../evaluation/evaluation.ts';
import type { evaluate } from './evaluate.ts';
import { LABEL } from './feature-table.ts';

/** Small enough for the process to notice a signal in between, large enough for the rest not to count. */
const BATCH_ROWS = 10_000;

export interface ScoringInputs {
  readonly model: string;
  readonly training: string;
  readonly test: string;
  /** See baseline.sql. */
  readonly smoothing: number;
}

type Table = Readonly<Record<string, readonly unknown[]>>;

/** Scores every test row with the model as it will be served, and with the baseline made from the training rows. */
export async function scoreFlights(
  inputs: ScoringInputs,
  { progress, signal }: Pick<StepContext<typeof evaluate>, 'progress' | 'signal'>,
): Promise<ScoredFlights> {
  const table = await readTestRows(inputs);
  const model = await loadModel(inputs.model, { microBatch: false });
  try {
    const probability = await predictAll(model, table, (done, total) => {
      signal.throwIfAborted();
      progress({ done, total, label: 'flights scored' });
    });
    return {
      probability,
      late: Uint8Array.from(table[LABEL] as number[]),
      baseline: Float64Array.from(table.baseline_probability as number[]),
      origin: table.origin as string[],
      hour: table.hour as number[],
    };
  } finally {
    await model.close();
  }
}

async function readTestRows({ training, test, smoothing }: ScoringInputs): Promise<Table> {
  const query = await readFile(new URL('./baseline.sql', import.meta.url), 'utf8');
  return withDuckDB(async (database) => {
    await database.run(`CREATE VIEW training AS FROM read_parquet(${quoted(training)})`);
    await database.run(`CREATE VIEW test AS FROM read_parquet(${quoted(test)}, file_row_number = true)`);
    try {
      return (await database.runAndReadAll(query, { smoothing })).getColumnsObjectJS() as Table;
    } catch (cause) {
      throw new PlatformError(`src/steps/baseline.sql fails: ${messageOf(cause)}`, {
        code: 'config',
        hint: 'it needs the columns origin, hour and late of src/steps/features.sql',
        cause,
      });
    }
  });
}

async function predictAll(
  model: ServedModel,
  table: Table,
  onBatch: (done: number, total: number) => void,
): Promise<Float64Array> {
  const { inputs, outputs } = model.manifest.signature;
  const total = table[LABEL]?.length ?? 0;
  const probability = new Float64Array(total);
  for (let start = 0; start < total; start += BATCH_ROWS) {
    const end = Math.min(start + BATCH_ROWS, total);
    const columns = inputs.map(({ name }) => [name, table[name]?.slice(start, end)] as const);
    const predicted = await model.predict(Object.fromEntries(columns) as Table);
    probability.set(predicted.columns[outputs[0]?.name ?? ''] as number[], start);
    if (end === total || Math.floor((end * 10) / total) > Math.floor((start * 10) / total)) onBatch(end, total);
    await new Promise(setImmediate);
  }
  return probability;
}
