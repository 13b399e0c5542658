/** A message, or event, as it came. */
export interface StreamRecord {
  readonly partition: string;
  /** Where in its partition it is; names it. */
  readonly offset: string;
  readonly key: string | undefined;
  /** Nothing for one that says that its key is gone. */
  readonly value: Buffer | undefined;
  readonly timestamp: Date;
  readonly attributes: Readonly<Record<string, string>>;
}

/** With `assigned`, all that was handed out and isn't committed comes again, here or at another reader. */
export type StreamEvent =
  | { readonly records: readonly StreamRecord[]; readonly assigned?: undefined }
  | { readonly assigned: readonly string[]; readonly records?: undefined };

/** The last offset of each partition. */
export type Positions = Readonly<Record<string, string>>;

/** A stream that is being read. */
export interface OpenStream {
  readonly events: AsyncIterator<StreamEvent, void>;
  /** All up to these offsets is safe: it doesn't come again. */
  commit(positions: Positions): Promise<void>;
  /** Whether all that there was at the start has come out of `events`. */
  isDrained(): boolean;
  close(): Promise<void>;
}

export interface StreamOpenOptions {
  /** What was written before, where the lake keeps that. */
  readonly positions: Positions;
  readonly signal: AbortSignal;
}

/** Kafka, Kinesis, Pub/Sub or Event Hubs, seen alike. */
export interface StreamSource {
  /** What is read, without a host or a password: `kafka orders`. */
  readonly name: string;
  /** Kafka and Pub/Sub know how far a group or a subscription is, and share out among many readers; others don't. */
  readonly keeps: 'service' | 'lake';
  /** The type of `_offset`, which orders the records of a partition. */
  readonly offsetType: 'BIGINT' | 'VARCHAR';
  /** Offsets have no order: what two of them enclose is not always the same. */
  readonly isUnordered?: boolean;
  open(options: StreamOpenOptions): Promise<OpenStream>;
}
