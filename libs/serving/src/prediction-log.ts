import { randomUUID } from 'node:crypto';
import { appendFile, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Prediction } from './decode-output.ts';
import type { Columns, Row } from './encode-input.ts';
import type { ModelIdentity } from './open-inference.ts';
import type { ServedModel } from './served-model.ts';

export interface PredictionLogOptions {
  /** Called with what goes wrong, once per failed write. */
  readonly warn?: (message: string) => void;
  /** Rows that wait for the disk at most; further ones are dropped. 50,000 unless given. */
  readonly maxRows?: number;
  /** Between two writes; 1000 unless given. */
  readonly intervalMs?: number;
}

/** Rows of predictions, by what became of them. */
export interface PredictionLogCounts {
  readonly written: number;
  readonly dropped: number;
  readonly waiting: number;
}

export interface PredictionLog {
  /** Keeps a prediction for the next write, or drops it where too many wait; takes no time of the request. */
  add(model: ModelIdentity, input: Columns | readonly Row[], prediction: Prediction): void;
  counts(): PredictionLogCounts;
  /** Writes what waits. */
  close(): Promise<void>;
}

interface Entry {
  readonly at: Date;
  readonly model: ModelIdentity;
  readonly input: Columns | readonly Row[];
  readonly prediction: Prediction;
}

const MAX_ROWS = 50_000;
const INTERVAL_MS = 1000;
/** Rows that are made text of in one turn of the event loop: about a millisecond. */
const ROWS_PER_TURN = 200;

/**
 * Opens a log of predictions in a folder: JSON Lines, one file per process and day (UTC), in a folder named by the day. A
 * line is one row: `{"time","model","version","inputs":{…},"outputs":{…}}`.
 *
 * @throws PlatformError `environment` where the folder can't be made.
 *
 * @example
 * ```ts
 * const log = await openPredictionLog('predictions');
 * const model = withPredictionLog({ name: 'delays', version: '3' }, await loadModel(folder), log);
 * ```
 */
export async function openPredictionLog(folder: string, options: PredictionLogOptions = {}): Promise<PredictionLog> {
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    const message = `the folder ${folder} for predictions can't be made: ${messageOf(cause)}`;
    throw new PlatformError(message, { code: 'environment', hint: 'name a folder that may be written', cause });
  });
  return logInto(folder, options);
}

/** The same model, whose predictions are kept; requests that fail are not. */
export function withPredictionLog(identity: ModelIdentity, model: ServedModel, log: PredictionLog): ServedModel {
  return {
    ...model,
    predict: async (input) => {
      const prediction = await model.predict(input);
      log.add(identity, input, prediction);
      return prediction;
    },
  };
}

function logInto(
  folder: string,
  { warn = () => undefined, maxRows = MAX_ROWS, intervalMs = INTERVAL_MS }: PredictionLogOptions,
): PredictionLog {
  // Processes that share a folder, also from several machines, must not write into each other's lines.
  const name = `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}.jsonl`;
  let entries: Entry[] = [];
  let waiting = 0;
  let written = 0;
  let dropped = 0;
  let writing: Promise<void> = Promise.resolve();

  const write = async () => {
    const taken = entries;
    entries = [];
    for (const [day, ofDay] of Map.groupBy(taken, ({ at }) => at.toISOString().slice(0, 10))) {
      for await (const lines of textOf(ofDay)) {
        const done = await append(path.join(folder, day), name, lines).then(
          () => true,
          (thrown: unknown) => warn(`${lines.length} predictions are not logged: ${messageOf(thrown)}`),
        );
        waiting -= lines.length;
        if (done) written += lines.length;
        else dropped += lines.length;
      }
    }
  };
  const schedule = () => {
    writing = writing.then(write);
    return writing;
  };
  const timer = setInterval(() => {
    if (entries.length > 0) void schedule();
  }, intervalMs).unref();

  return {
    add(model, input, prediction) {
      const { rows } = prediction;
      // One request alone may be larger: its rows are in memory anyway.
      if (waiting > 0 && waiting + rows > maxRows) {
        dropped += rows;
        return;
      }
      waiting += rows;
      entries.push({ at: new Date(), model, input, prediction });
    },
    counts: () => ({ written, dropped, waiting }),
    close: async () => {
      clearInterval(timer);
      await schedule();
    },
  };
}

async function append(folder: string, name: string, lines: readonly string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await appendFile(path.join(folder, name), `${lines.join('\n')}\n`);
}

/** Some lines at a time; between two others' requests are answered. */
async function* textOf(entries: readonly Entry[]): AsyncGenerator<readonly string[]> {
  let lines: string[] = [];
  for (const entry of entries) {
    const line = linesOf(entry);
    for (let row = 0; row < entry.prediction.rows; row += 1) {
      lines.push(line(row));
      if (lines.length < ROWS_PER_TURN) continue;
      yield lines;
      lines = [];
      await setImmediate();
    }
  }
  if (lines.length > 0) yield lines;
}

/** The lines of an entry, one by one. */
function linesOf({ at, model, input, prediction }: Entry): (row: number) => string {
  const { name, version } = model;
  const time = at.toISOString();
  const inputs = isRows(input) ? (row: number) => input[row] : cellsOf(input);
  const outputs = cellsOf(prediction.columns);
  return (row) => toJson({ time, model: name, version, inputs: inputs(row), outputs: outputs(row) });
}

function isRows(input: Columns | readonly Row[]): input is readonly Row[] {
  return Array.isArray(input);
}

function cellsOf(columns: Readonly<Record<string, readonly unknown[]>>): (row: number) => Row {
  const named = Object.entries(columns);
  return (row) => Object.fromEntries(named.map(([name, values]) => [name, values[row]]));
}

/** A replacer takes three times as long: it is for the rare bigint, which becomes digits as `predict` answers them. */
function toJson(line: object): string {
  try {
    return JSON.stringify(line);
  } catch {
    return JSON.stringify(line, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
  }
}
