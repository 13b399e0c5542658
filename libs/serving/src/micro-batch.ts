import { concatRows, sliceRows, type TensorRows } from './tensor-data.ts';

export type RunRows = (input: TensorRows) => Promise<TensorRows>;

interface Waiting {
  readonly input: TensorRows;
  readonly resolve: (output: TensorRows | Promise<TensorRows>) => void;
}

/** From this size on a request fills a run by itself. */
const LARGE = 32;

/**
 * Joins the small requests that arrive in one turn of the event loop into one run, and hands each its own rows.
 *
 * A run that fails is repeated request by request, so that only those fail which cause it.
 */
export function microBatch(run: RunRows): RunRows {
  let waiting: Waiting[] = [];
  const flush = () => {
    const batch = waiting;
    waiting = [];
    void runBatch(run, batch);
  };
  return (input) => {
    if (input.rows >= LARGE) return run(input);
    return new Promise((resolve) => {
      waiting.push({ input, resolve });
      if (waiting.length === 1) setImmediate(flush);
    });
  };
}

async function runBatch(run: RunRows, batch: readonly Waiting[]): Promise<void> {
  const [first] = batch;
  if (first && batch.length === 1) return first.resolve(run(first.input));
  try {
    const output = await run(concatRows(batch.map(({ input }) => input)));
    let start = 0;
    for (const { input, resolve } of batch) {
      resolve(sliceRows(output, start, start + input.rows));
      start += input.rows;
    }
  } catch {
    for (const { input, resolve } of batch) resolve(run(input));
  }
}
