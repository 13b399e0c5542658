import { PlatformError } from '@ml-platform/errors';
import { explained } from './failures/explain.ts';
import type { Dataset } from './lake/dataset.ts';
import { writePart } from './part/write-part.ts';
import { type HeldPosition, holdPosition } from './position/hold-position.ts';
import type { Json } from './position/position.ts';
import { type RetryPolicy, retried } from './retry/retried.ts';
import { openSession, type Session, type SessionOptions } from './session/session.ts';
import type { Source, SourceEnd, SourcePart } from './source.ts';
import type { Table } from './table/define-table.ts';

export interface IngestOptions extends SessionOptions {
  readonly source: Source;
  readonly table: Table;
  readonly dataset: Dataset;
  /** A larger share of refused rows, of a hundred rows or more, ends the run before they are written; 0.1 unless given. */
  readonly maxQuarantinedShare?: number;
  /** For a source that fails for a while: the run goes on from the last part. */
  readonly retry?: RetryPolicy;
  /** Ends the run between two parts or requests; what is written is kept. */
  readonly signal?: AbortSignal;
  /** Called after each part, and where something is to be told in between. */
  readonly onProgress?: (progress: Progress) => void;
}

export interface Progress extends Tally {
  /** What is going on, where it isn't a part that was written. */
  readonly message?: string;
}

interface Tally {
  /** Good rows that this run has written. */
  readonly rows: number;
  readonly quarantined: number;
  readonly parts: number;
}

export interface Ingested extends Tally {
  /** Where the next run begins. */
  readonly position: Json | undefined;
  /** Columns that the source has and the table hasn't. */
  readonly extra: readonly string[];
}

/** How far clocks may be apart. */
const DAY_MILLISECONDS = 86_400_000;
/** A position that names many files is large: it isn't written for each of them. */
const SOON_MILLISECONDS = 1000;

/**
 * Reads what is new in a source into a dataset, part by part: a part is written, then the position moves behind it. A run that
 * ends anywhere in between, however it ends, is continued by the next one: no row is lost, and none is there twice but those
 * that a source reads again on purpose, which `compact` takes away.
 *
 * @example
 * ```ts
 * const lake = await openLake('data/lake');
 * const { rows, quarantined } = await ingest({
 *   source: postgresSource({ url: process.env.SHOP_URL, table: 'orders' }),
 *   table: orders,
 *   dataset: lake.dataset('raw', 'orders'),
 *   onProgress: ({ rows, message }) => console.log(message ?? `${rows} rows`),
 * });
 * ```
 *
 * @throws PlatformError `busy` where another run is at work on that dataset; `data` for drift, too many refused rows or a file
 * that can't be read; `config` for what doesn't fit together; `environment` for what can't be reached or a full disk.
 */
export async function ingest(options: IngestOptions): Promise<Ingested> {
  const { source, dataset, signal = new AbortController().signal } = options;
  checkShare(options.maxQuarantinedShare);
  return explained(dataset.uri, async () => {
    await using session = await openSession(options);
    await using held = await holdPosition(dataset, { source: source.name, signal });
    return await new Run(options, session, held, signal).run();
  });
}

function checkShare(share = 0): void {
  if (share >= 0 && share <= 1) return;
  throw new PlatformError(`maxQuarantinedShare is ${share}`, { code: 'usage', hint: 'expected a share from 0 to 1' });
}

/** What one call of `ingest` has done so far. */
class Run {
  private readonly options: IngestOptions;
  private readonly session: Session;
  private readonly held: HeldPosition;
  private readonly signal: AbortSignal;
  private readonly extra = new Set<string>();
  private tally: Tally = { rows: 0, quarantined: 0, parts: 0 };
  private position: Json | undefined;
  private sequence: bigint;
  private committed = 0;

  constructor(options: IngestOptions, session: Session, held: HeldPosition, signal: AbortSignal) {
    this.options = options;
    this.session = session;
    this.held = held;
    this.signal = signal;
    this.position = held.position;
    this.sequence = held.sequence;
  }

  async run(): Promise<Ingested> {
    const { signal } = this;
    await retried((progress) => this.readOn(progress), this.options.retry, {
      signal,
      onPause: (milliseconds, { message }) => this.tell(`${message}; again in ${(milliseconds / 1000).toFixed(1)} s`),
    });
    return { ...this.tally, position: this.position, extra: [...this.extra].sort() };
  }

  private async readOn(progress: () => void): Promise<void> {
    const { signal, position } = this;
    const { source, table } = this.options;
    const notAfter = new Date(Date.now() + DAY_MILLISECONDS);
    const tell = (message: string) => this.tell(message);
    const { folder } = this.session;
    for await (const step of source.read({ table, position, notAfter, folder, signal, tell })) {
      signal.throwIfAborted();
      if ('rows' in step) await this.write(step, notAfter);
      else await this.end(step);
      progress();
    }
  }

  private async write(part: SourcePart, notAfter: Date): Promise<void> {
    const { dataset, table, maxQuarantinedShare = 0.1 } = this.options;
    const { session, sequence, signal, tally, held } = this;
    const { next, extra = [], isRepeatable = false, ...rest } = part;
    const guard = () => held.check();
    const common = { dataset, table, session, signal, sequence, notAfter, guard };
    const written = await writePart({ ...common, ...rest, maxQuarantinedShare, before: tally });
    const { rows, quarantined, highest } = written;
    await this.moveTo(next(highest), sequence + BigInt(rows + quarantined), isRepeatable);
    for (const name of [...extra, ...written.extra]) this.extra.add(name);
    this.tally = {
      rows: tally.rows + rows,
      quarantined: tally.quarantined + quarantined,
      parts: tally.parts + 1,
    };
    this.options.onProgress?.(this.tally);
  }

  private async end({ next, obsolete }: SourceEnd): Promise<void> {
    const { dataset } = this.options;
    if (obsolete !== undefined) {
      await this.held.check();
      for (const path of [...(await dataset.files()), ...(await dataset.quarantined())]) {
        if (obsolete(path.slice(path.lastIndexOf('/') + 1))) await dataset.store.remove(path);
      }
    }
    await this.moveTo(next(), this.sequence);
  }

  private async moveTo(position: Json | undefined, sequence: bigint, mayWait = false): Promise<void> {
    this.position = position;
    this.sequence = sequence;
    if (mayWait && Date.now() < this.committed + SOON_MILLISECONDS) return;
    await this.held.commit(position, sequence);
    this.committed = Date.now();
  }

  private tell(message: string): void {
    this.options.onProgress?.({ ...this.tally, message });
  }
}
