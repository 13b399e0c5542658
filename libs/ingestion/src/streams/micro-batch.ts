import type { StreamRecord } from './stream-source.ts';

export interface BatchLimits {
  /** 100 000. */
  readonly rows?: number;
  /** Of keys and values; 64 MiB. */
  readonly bytes?: number;
  /** From its first record; 60. */
  readonly seconds?: number;
}

const DEFAULTS = { rows: 100_000, bytes: 64 * 1024 * 1024, seconds: 60 };

/** What was read and isn't written, by partition. */
export class MicroBatch {
  readonly #limits: Required<BatchLimits>;
  readonly #partitions = new Map<string, StreamRecord[]>();
  #rows = 0;
  #bytes = 0;
  #begun: number | undefined;

  constructor(limits: BatchLimits) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  add(record: StreamRecord): void {
    const records = this.#partitions.get(record.partition);
    if (records === undefined) this.#partitions.set(record.partition, [record]);
    else records.push(record);
    this.#rows++;
    this.#bytes += (record.key?.length ?? 0) + (record.value?.length ?? 0);
    this.#begun ??= Date.now();
  }

  get isEmpty(): boolean {
    return this.#rows === 0;
  }

  get isFull(): boolean {
    return this.#rows >= this.#limits.rows || this.#bytes >= this.#limits.bytes || this.secondsLeft <= 0;
  }

  /** Until it is to be written, whatever comes. */
  get secondsLeft(): number {
    if (this.#begun === undefined) return Number.POSITIVE_INFINITY;
    return this.#limits.seconds - (Date.now() - this.#begun) / 1000;
  }

  /** All of it; nothing is left. */
  take(): readonly (readonly [partition: string, records: readonly StreamRecord[]])[] {
    const all = [...this.#partitions];
    this.#partitions.clear();
    this.#rows = 0;
    this.#bytes = 0;
    this.#begun = undefined;
    return all;
  }
}
