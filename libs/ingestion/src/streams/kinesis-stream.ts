import { setTimeout as sleep } from 'node:timers/promises';
import type { GetRecordsCommandOutput, KinesisClient, Shard, _Record as KinesisRecord } from '@aws-sdk/client-kinesis';
import { awsReason } from '@ml-platform/messaging/clients';
import { mayPass } from './may-pass.ts';
import type { OpenStream, Positions, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

export interface KinesisStreamOptions {
  readonly region: string;
  readonly stream: string;
  /** Where a shard begins of which nothing was written; `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /** Seconds between two questions to a shard that had nothing; 1. Five a second are allowed, of all readers together. */
  readonly pollSeconds?: number;
}

/** Digits of a sequence number, of which there are 56 today: as texts of one length they are in their order. */
const DIGITS = 60;
/** Kinesis' limit of one answer. */
const MOST = 10_000;

type Sdk = typeof import('@aws-sdk/client-kinesis');

/**
 * A stream of Kinesis, of which the lake keeps the positions, so that one run reads it at a time. The shards that another was
 * split or merged into are read after it. What the KPL packs into one record is one record here.
 *
 * @throws PlatformError when it is read: `notFound` for a stream that isn't there, `environment` where Kinesis can't be reached
 * or refuses.
 */
export function kinesisStream(options: KinesisStreamOptions): StreamSource {
  const name = `kinesis ${options.stream}`;
  return {
    name,
    keeps: 'lake',
    offsetType: 'VARCHAR',
    open: async ({ positions, signal }) => {
      const sdk = await import('@aws-sdk/client-kinesis');
      const { NodeHttpHandler } = await import('@smithy/node-http-handler');
      // By itself it speaks HTTP/2, which proxies and local servers don't.
      const client = new sdk.KinesisClient({ region: options.region, requestHandler: new NodeHttpHandler() });
      return new KinesisReader({ sdk, client, name, options, positions }, signal);
    },
  };
}

interface Source {
  readonly sdk: Sdk;
  readonly client: KinesisClient;
  readonly name: string;
  readonly options: KinesisStreamOptions;
  readonly positions: Positions;
}

/** A shard that is being read. */
interface Reading {
  readonly id: string;
  /** Nothing where it has to be asked for. */
  iterator: string | undefined;
  /** The last sequence number that was handed out. */
  last: string | undefined;
  /** It had nothing more at least once, or has ended. */
  isCaughtUp: boolean;
}

class KinesisReader implements OpenStream {
  readonly events: AsyncIterator<StreamEvent, void>;
  private readonly source: Source;
  private readonly closing = new AbortController();
  private readonly reading = new Map<string, Reading>();
  private readonly ended = new Set<string>();
  private readonly opened = new Date();
  private hasBegun = false;

  constructor(source: Source, signal: AbortSignal) {
    this.source = source;
    this.events = this.read(AbortSignal.any([signal, this.closing.signal]));
  }

  isDrained(): boolean {
    return this.hasBegun && [...this.reading.values()].every(({ isCaughtUp }) => isCaughtUp);
  }

  /** The lake keeps it. */
  async commit(): Promise<void> {}

  async close(): Promise<void> {
    this.closing.abort();
    this.source.client.destroy();
  }

  private async *read(signal: AbortSignal): AsyncGenerator<StreamEvent, void> {
    const { name, options } = this.source;
    while (!signal.aborted) {
      await mayPass(`${name}: look for shards`, awsReason, () => this.findShards());
      this.hasBegun = true;
      let isIdle = true;
      for (const shard of [...this.reading.values()]) {
        if (signal.aborted) return;
        const records = await mayPass(`${name}: read ${shard.id}`, awsReason, () => this.recordsOf(shard));
        if (records.length === 0) continue;
        isIdle = false;
        yield { records };
      }
      // A shard that ended has others after it.
      if (isIdle) await sleep((options.pollSeconds ?? 1) * 1000, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Those whose parents have been read, or are gone. */
  private async findShards(): Promise<void> {
    if (this.hasBegun && [...this.reading.values()].every(({ id }) => !this.ended.has(id))) return;
    for (const id of this.ended) this.reading.delete(id);
    const shards = await this.allShards();
    const open = new Set(shards.map(({ ShardId }) => ShardId).filter((id) => id !== undefined && !this.ended.has(id)));
    for (const { ShardId: id = '', ParentShardId, AdjacentParentShardId } of shards) {
      if (this.reading.has(id) || this.ended.has(id)) continue;
      if ([ParentShardId, AdjacentParentShardId].some((parent) => open.has(parent))) continue;
      this.reading.set(id, { id, iterator: undefined, last: this.source.positions[id], isCaughtUp: false });
    }
  }

  private async allShards(): Promise<Shard[]> {
    const { sdk, client, options } = this.source;
    const shards: Shard[] = [];
    let NextToken: string | undefined;
    do {
      const which = NextToken === undefined ? { StreamName: options.stream } : { NextToken };
      const page = await client.send(new sdk.ListShardsCommand(which));
      shards.push(...(page.Shards ?? []));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    return shards;
  }

  private async recordsOf(shard: Reading): Promise<StreamRecord[]> {
    shard.iterator ??= await this.iteratorOf(shard);
    const { Records = [], NextShardIterator, MillisBehindLatest } = await this.getRecords(shard);
    shard.iterator = NextShardIterator;
    if (NextShardIterator === undefined) this.ended.add(shard.id);
    if (Records.length === 0 && (MillisBehindLatest ?? 0) === 0) shard.isCaughtUp = true;
    if (NextShardIterator === undefined) shard.isCaughtUp = false;
    const records = Records.map((record) => recordOf(shard.id, record));
    shard.last = records.at(-1)?.offset ?? shard.last;
    return records;
  }

  private async getRecords(shard: Reading): Promise<GetRecordsCommandOutput> {
    const { sdk, client } = this.source;
    const ask = () => client.send(new sdk.GetRecordsCommand({ ShardIterator: shard.iterator, Limit: MOST }));
    try {
      return await ask();
    } catch (thrown) {
      const name = thrown instanceof Error ? thrown.name : '';
      // Five minutes old: what was read was written slowly.
      if (name === 'ExpiredIteratorException') {
        shard.iterator = await this.iteratorOf(shard);
        return ask();
      }
      // Others read, too: there is nothing for now.
      if (name !== 'ProvisionedThroughputExceededException') throw thrown;
      return { NextShardIterator: shard.iterator, MillisBehindLatest: 1, $metadata: {} } as GetRecordsCommandOutput;
    }
  }

  private async iteratorOf({ id, last }: Reading): Promise<string | undefined> {
    const { sdk, client, options } = this.source;
    const isLatest = options.from === 'latest' && this.ended.size === 0;
    const begin = isLatest
      ? ({ ShardIteratorType: 'AT_TIMESTAMP', Timestamp: this.opened } as const)
      : ({ ShardIteratorType: 'TRIM_HORIZON' } as const);
    const where =
      last === undefined
        ? begin
        : ({
            ShardIteratorType: 'AFTER_SEQUENCE_NUMBER',
            StartingSequenceNumber: last.replace(/^0+(?=\d)/, ''),
          } as const);
    const command = new sdk.GetShardIteratorCommand({ StreamName: options.stream, ShardId: id, ...where });
    return (await client.send(command)).ShardIterator;
  }
}

function recordOf(shard: string, record: KinesisRecord): StreamRecord {
  return {
    partition: shard,
    offset: (record.SequenceNumber ?? '').padStart(DIGITS, '0'),
    key: record.PartitionKey,
    value: record.Data === undefined ? undefined : Buffer.from(record.Data),
    timestamp: record.ApproximateArrivalTimestamp ?? new Date(0),
    attributes: {},
  };
}
