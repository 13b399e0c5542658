import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import { explained } from '../failures/explain.ts';
import type { Dataset } from '../lake/dataset.ts';
import { writePart } from '../part/write-part.ts';
import { type RetryPolicy, retried } from '../retry/retried.ts';
import { openSession, type Session, type SessionOptions } from '../session/session.ts';
import type { Table } from '../table/define-table.ts';
import { type Decode, decodeJson } from './decode-json.ts';
import { type Keeper, keeperOf } from './keep-positions.ts';
import { type BatchLimits, MicroBatch } from './micro-batch.ts';
import { originOf, rowsOf, startOf } from './part-of-stream.ts';
import { patiently } from './patiently.ts';
import type { OpenStream, Positions, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

export interface IngestStreamOptions extends SessionOptions {
  readonly source: StreamSource;
  readonly table: Table;
  readonly dataset: Dataset;
  /** When what was read is written: whichever of these comes first. */
  readonly batch?: BatchLimits;
  /** `drained` ends once all is written that there was at the start; else it goes on until the signal. */
  readonly until?: 'drained';
  /** Ends it: what was read is written first. */
  readonly signal?: AbortSignal;
  /** What a record is as a row; an object of JSON unless given. */
  readonly decode?: Decode;
  /** A larger share of refused records, of a hundred or more, ends it before they are written; 0.1 unless given. */
  readonly maxQuarantinedShare?: number;
  /** For a service that fails for a while. */
  readonly retry?: RetryPolicy;
  readonly onProgress?: (progress: StreamProgress) => void;
}

export interface StreamProgress {
  /** Good ones that were written. */
  readonly rows: number;
  readonly quarantined: number;
  readonly parts: number;
  /** The last offset that was written, of each partition. */
  readonly positions: Positions;
  /** What is going on, where it isn't a batch that was written. */
  readonly message?: string;
}

/** How often a batch looks whether it is drained, or over. */
const LOOK_MILLISECONDS = 100;
/** Two readers that write one part write the same: the later one writes again. */
const TRIES = 4;

/**
 * Reads a stream into a dataset, in micro-batches: the records of each partition become a part, and only when it is there the
 * stream is told. Whatever ends it, and wherever, no record is lost; one may be there twice, with the same `_partition` and
 * `_offset`, until `compact` takes it away.
 *
 * @example
 * ```ts
 * const stop = new AbortController();
 * process.once('SIGTERM', () => stop.abort());
 * await ingestStream({
 *   source: kafkaStream({ brokers: ['localhost:9092'], topic: 'orders', group: 'lake' }),
 *   table: orders,
 *   dataset: lake.dataset('raw', 'orders'),
 *   signal: stop.signal,
 * });
 * ```
 *
 * @throws PlatformError `data` for too many refused records; `environment` for what can't be reached or a full disk; `busy`
 * where another run reads the same stream, and only one can.
 */
export async function ingestStream(options: IngestStreamOptions): Promise<StreamProgress> {
  const { dataset, source, signal = new AbortController().signal } = options;
  return explained(dataset.uri, async () => {
    await using session = await openSession(options);
    await using keeper = await keeperOf(source, dataset, signal);
    return await new StreamRun({ ...options, signal }, session, keeper).run();
  });
}

type Settings = IngestStreamOptions & { readonly signal: AbortSignal };

/** What one call of `ingestStream` has done so far. */
class StreamRun {
  private readonly options: Settings;
  private readonly session: Session;
  private readonly keeper: Keeper;
  private progress: StreamProgress = { rows: 0, quarantined: 0, parts: 0, positions: {} };

  constructor(options: Settings, session: Session, keeper: Keeper) {
    this.options = options;
    this.session = session;
    this.keeper = keeper;
  }

  async run(): Promise<StreamProgress> {
    const { signal, retry } = this.options;
    const onPause = (milliseconds: number, { message }: Error) =>
      this.tell(`${message}; again in ${(milliseconds / 1000).toFixed(1)} s`);
    try {
      await retried((progress) => this.read(progress), retry, { signal, onPause });
    } catch (thrown) {
      // Told to end while it waited for another attempt: what was written stays.
      if (!signal.aborted || (thrown as Error).name !== 'AbortError') throw thrown;
    }
    return this.progress;
  }

  private async read(progress: () => void): Promise<void> {
    const { source, signal, batch: limits = {} } = this.options;
    if (signal.aborted) return;
    const stream = await source.open({ positions: this.keeper.positions, signal });
    const batch = new MicroBatch(limits);
    try {
      for await (const event of this.until(stream, batch)) {
        if (event?.assigned !== undefined) batch.take();
        const write = async () => {
          await this.write(stream, batch);
          progress();
        };
        for (const record of event?.records ?? []) {
          batch.add(record);
          if (batch.isFull) await write();
        }
        if (batch.isFull) await write();
      }
      await this.write(stream, batch);
    } finally {
      await stream.close();
    }
  }

  /** Events until the end; nothing now and then, for a batch whose time is over. */
  private async *until(stream: OpenStream, batch: MicroBatch): AsyncGenerator<StreamEvent | undefined> {
    const { signal, until } = this.options;
    const next = patiently(stream.events);
    while (!signal.aborted) {
      // What has come is taken before it is said that there is no more.
      const isOver = until === 'drained' && stream.isDrained();
      const pause = isOver ? 0 : Math.min(LOOK_MILLISECONDS, Math.max(batch.secondsLeft * 1000, 0));
      const result = await next(pause);
      if (result === undefined && isOver) return;
      if (result?.done) return;
      if (result !== undefined || batch.isFull) yield result?.value;
    }
  }

  private async write(stream: OpenStream, batch: MicroBatch): Promise<void> {
    const positions: Record<string, string> = {};
    let { rows, quarantined, parts } = this.progress;
    for (const [partition, records] of batch.take()) {
      const written = await this.writePart(partition, records, { rows, quarantined });
      rows += written.rows;
      quarantined += written.quarantined;
      parts++;
      positions[partition] = records.at(-1)?.offset ?? '';
    }
    if (Object.keys(positions).length === 0) return;
    await this.keeper.commit(positions);
    await stream.commit(positions);
    this.progress = { rows, quarantined, parts, positions: { ...this.progress.positions, ...positions } };
    this.options.onProgress?.(this.progress);
  }

  private async writePart(
    partition: string,
    records: readonly StreamRecord[],
    before: { readonly rows: number; readonly quarantined: number },
  ) {
    const { dataset, table, source, decode = decodeJson, maxQuarantinedShare = 0.1 } = this.options;
    const { session, keeper } = this;
    const start = startOf(partition, records, source);
    for (let tries = 1; ; tries++) {
      try {
        return await writePart({
          dataset,
          table,
          start,
          session,
          rows: rowsOf(records, decode),
          origin: originOf(source),
          lane: `stream-${partition}`,
          // A batch of one bad record is no drift.
          drift: 'quarantine',
          maxQuarantinedShare,
          before,
          guard: keeper.check,
        });
      } catch (thrown) {
        const isBusy = thrown instanceof PlatformError && thrown.code === 'busy';
        if (!isBusy || source.keeps === 'lake' || tries === TRIES) throw thrown;
        await sleep(tries * LOOK_MILLISECONDS);
      }
    }
  }

  private tell(message: string): void {
    this.options.onProgress?.({ ...this.progress, message });
  }
}
