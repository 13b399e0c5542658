import { setImmediate } from 'node:timers/promises';
import type { RunRows } from './micro-batch.ts';
import { concatRows, sliceRows, type TensorRows } from './tensor-data.ts';

/** A part keeps the event loop for some 50 ms with a model of 400 trees; a health check waits 2 s at most. */
const PART = 4096;

/** Runs a large request part by part, and lets others have a turn in between. */
export function runInParts(run: RunRows, size = PART): RunRows {
  return (input) => (input.rows <= size ? run(input) : runParts(run, input, size));
}

async function runParts(run: RunRows, input: TensorRows, size: number): Promise<TensorRows> {
  const parts: TensorRows[] = [];
  for (let start = 0; start < input.rows; start += size) {
    parts.push(await run(sliceRows(input, start, Math.min(start + size, input.rows))));
    await setImmediate();
  }
  return concatRows(parts);
}
