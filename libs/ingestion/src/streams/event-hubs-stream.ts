import type { EventHubConsumerClient, EventPosition, PartitionProperties, ReceivedEventData } from '@azure/event-hubs';
import { PlatformError } from '@ml-platform/errors';
import { azureLogin, azureReason } from '@ml-platform/messaging/clients';
import { mayPass } from './may-pass.ts';
import type { OpenStream, Positions, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

export interface EventHubsStreamOptions {
  /** `acme`, or `acme.servicebus.windows.net`. By `EVENTHUBS_CONNECTION_STRING`, else with the identity that is signed in. */
  readonly namespace: string;
  readonly hub: string;
  /** `$Default`. */
  readonly consumerGroup?: string;
  /** Where a partition begins of which nothing was written; `earliest`. */
  readonly from?: 'earliest' | 'latest';
  /** What is done about events that were deleted before they were read; `error` unless given. */
  readonly expired?: 'error' | 'skip';
}

const MOST = 1000;
const WAIT_SECONDS = 1;

/**
 * An event hub, of which the lake keeps the positions, so that one run reads a consumer group at a time: another one that
 * begins takes the partitions from it.
 *
 * @throws PlatformError when it is read: `notFound` for a hub that isn't there, `environment` where it can't be reached or
 * refuses, `data` for events that expired, `config` for a connection string of another namespace.
 */
export function eventHubsStream(options: EventHubsStreamOptions): StreamSource {
  const name = `eventhubs ${options.hub} ${options.consumerGroup ?? '$Default'}`;
  return {
    name,
    keeps: 'lake',
    offsetType: 'BIGINT',
    open: async ({ positions }) => {
      const client = await connect(options);
      try {
        const partitions = await mayPass(`${name}: look for partitions`, azureReason, () => partitionsOf(client));
        if (options.expired !== 'skip') checkExpired(name, partitions, positions);
        return new EventHubsReader(client, name, partitions, positions, options);
      } catch (thrown) {
        await client.close();
        throw thrown;
      }
    },
  };
}

async function connect({ namespace, hub, consumerGroup }: EventHubsStreamOptions): Promise<EventHubConsumerClient> {
  const sdk = await import('@azure/event-hubs');
  const login = await azureLogin(namespace, 'EVENTHUBS_CONNECTION_STRING');
  const group = consumerGroup ?? sdk.EventHubConsumerClient.defaultConsumerGroupName;
  const options = { retryOptions: { maxRetries: 2, retryDelayInMs: 500 } };
  return 'connection' in login
    ? new sdk.EventHubConsumerClient(group, login.connection, hub, options)
    : new sdk.EventHubConsumerClient(group, login.host, hub, login.credential, options);
}

async function partitionsOf(client: EventHubConsumerClient): Promise<PartitionProperties[]> {
  const ids = await client.getPartitionIds();
  return Promise.all(ids.map((id) => client.getPartitionProperties(id)));
}

function checkExpired(name: string, partitions: readonly PartitionProperties[], positions: Positions): void {
  for (const { partitionId, beginningSequenceNumber: first, isEmpty } of partitions) {
    const written = positions[partitionId];
    const expired = written === undefined || isEmpty ? 0 : first - Number(written) - 1;
    if (expired <= 0) continue;
    throw new PlatformError(`${name}: ${expired} events of partition ${partitionId}, before ${first}, expired unread`, {
      code: 'data',
      hint: "keep events longer (the hub's retention), or go on with what is there: expired: 'skip'",
    });
  }
}

/** Events that wait to be taken; the partition gives no more until they are. */
interface Waiting {
  readonly records: readonly StreamRecord[];
  readonly taken: () => void;
}

class EventHubsReader implements OpenStream {
  readonly events: AsyncIterator<StreamEvent, void>;
  private readonly client: EventHubConsumerClient;
  private readonly name: string;
  /** The last sequence number there was, by partition. */
  private readonly ends: ReadonlyMap<string, number>;
  /** The last that was handed out. */
  private readonly reached: Map<string, number>;
  private readonly waiting: Waiting[] = [];
  private failure: { readonly thrown: unknown } | undefined;
  private isOver = false;
  private wake: () => void = () => undefined;

  constructor(
    client: EventHubConsumerClient,
    name: string,
    partitions: readonly PartitionProperties[],
    positions: Positions,
    { from = 'earliest' }: EventHubsStreamOptions,
  ) {
    this.client = client;
    this.name = name;
    this.ends = new Map(
      partitions.map(({ partitionId, isEmpty, lastEnqueuedSequenceNumber: last }) => [
        partitionId,
        isEmpty ? -1 : last,
      ]),
    );
    const begins = from === 'latest' ? this.ends : new Map<string, number>();
    this.reached = new Map(
      partitions.map(({ partitionId: id }) => [id, Number(positions[id] ?? begins.get(id) ?? -1)]),
    );
    for (const partition of this.reached.keys()) this.subscribe(partition);
    this.events = this.read();
  }

  isDrained(): boolean {
    return [...this.ends].every(([partition, end]) => (this.reached.get(partition) ?? -1) >= end);
  }

  /** The lake keeps it. */
  async commit(): Promise<void> {}

  async close(): Promise<void> {
    this.isOver = true;
    for (const { taken } of this.waiting.splice(0)) taken();
    this.wake();
    await this.client.close();
  }

  private subscribe(partition: string): void {
    const fail = async (thrown: unknown) => {
      this.failure ??= { thrown };
      this.wake();
    };
    const take = async (events: ReceivedEventData[]) => {
      if (events.length === 0 || this.isOver) return;
      const { promise, resolve: taken } = Promise.withResolvers<void>();
      this.waiting.push({ records: events.map((event) => recordOf(partition, event)), taken });
      this.wake();
      await promise;
    };
    const reached = this.reached.get(partition) ?? -1;
    const startPosition: EventPosition =
      reached < 0 ? { offset: '-1' } : { sequenceNumber: reached, isInclusive: false };
    const options = { startPosition, ownerLevel: 0, maxBatchSize: MOST, maxWaitTimeInSeconds: WAIT_SECONDS };
    this.client.subscribe(
      partition,
      { processEvents: take, processError: fail },
      { ...options, skipParsingBodyAsJson: true },
    );
  }

  private async *read(): AsyncGenerator<StreamEvent, void> {
    while (!this.isOver) {
      const next = this.waiting.shift();
      if (next !== undefined) {
        const [{ partition, offset }] = next.records.slice(-1) as [StreamRecord];
        this.reached.set(partition, Number(offset));
        yield { records: next.records };
        next.taken();
      } else if (this.failure !== undefined) {
        const { thrown } = this.failure;
        await mayPass(`${this.name}: read`, azureReason, () => Promise.reject(thrown));
      } else {
        const { promise, resolve } = Promise.withResolvers<void>();
        this.wake = resolve;
        await promise;
      }
    }
  }
}

function recordOf(partition: string, event: ReceivedEventData): StreamRecord {
  const { body, sequenceNumber, partitionKey, enqueuedTimeUtc, properties = {} } = event;
  return {
    partition,
    offset: String(sequenceNumber),
    key: partitionKey ?? undefined,
    value: bytesOf(body),
    timestamp: enqueuedTimeUtc,
    attributes: Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, String(value)])),
  };
}

/** Other SDKs send texts and values, too. */
function bytesOf(body: unknown): Buffer | undefined {
  if (body === undefined || body === null) return undefined;
  return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
}
