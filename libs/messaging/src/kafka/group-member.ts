import type { Consumer, MessagesStream } from '@platformatic/kafka';
import { MessagingError } from '../messaging-error.ts';
import { clientOptions, type KafkaSettings } from './kafka-settings.ts';

export interface GroupOptions extends KafkaSettings {
  readonly topic: string;
  readonly group: string;
  /** A member's own name, the same after a restart: then its partitions wait for it, instead of moving to others. */
  readonly instance?: string;
  /** Seconds until the group takes the partitions of a member that is gone; 30. */
  readonly sessionSeconds?: number;
  /** Where a group begins that is new; `earliest`. */
  readonly from?: 'earliest' | 'latest';
}

/** A partition that this member was given. */
export interface Assigned {
  readonly partition: number;
  /** The first offset that it reads: what the group committed, or the first there is. */
  readonly start: bigint;
  /** One past the last record that there was. */
  readonly end: bigint;
  /** Records that were deleted before the group read them. */
  readonly expired: bigint;
}

export type Client = Consumer<Buffer, Buffer, Buffer, Buffer>;
export type Stream = MessagesStream<Buffer, Buffer, Buffer, Buffer>;

const EARLIEST = -2n;
/** A broker holds a request that finds nothing so long, and a member that ends waits for it. */
const WAIT_MILLISECONDS = 1000;
/** Who doesn't know the epoch of a partition's leader says so. */
const NO_EPOCH = -1;

/** A client that is ready to join; the topic is there. */
export async function connected(options: GroupOptions): Promise<Client> {
  const { topic, group, instance, sessionSeconds = 30 } = options;
  const { Consumer } = await import('@platformatic/kafka');
  const client: Client = new Consumer({
    ...clientOptions(options),
    groupId: group,
    sessionTimeout: sessionSeconds * 1000,
    rebalanceTimeout: sessionSeconds * 1000,
    heartbeatInterval: Math.round((sessionSeconds * 1000) / 10),
    maxWaitTime: WAIT_MILLISECONDS,
    autocommit: false,
    ...(instance !== undefined && { groupInstanceId: instance }),
  });
  try {
    const { topics } = await client.metadata({ topics: [topic] });
    if (!topics.has(topic)) throw new MessagingError(`there is no topic '${topic}'`, 'missing');
    client.topics.track(topic);
    return client;
  } catch (thrown) {
    await leave(client);
    throw thrown;
  }
}

/** The partitions that the group gave to this member, and where each begins. */
export async function shareOf(client: Client, { topic, from = 'earliest' }: GroupOptions): Promise<Assigned[]> {
  const partitions = partitionsOf(client, topic);
  if (partitions.length === 0) return [];
  const only = { topics: [topic], partitions: { [topic]: [...partitions] } };
  const [committed, earliest, latest] = await Promise.all([
    client.listCommittedOffsets({ topics: [{ topic, partitions: [...partitions] }] }),
    client.listOffsets({ ...only, timestamp: EARLIEST }),
    client.listOffsets(only),
  ]);
  return partitions.map((partition) => {
    const at = (offsets: ReadonlyMap<string, readonly bigint[]>) => offsets.get(topic)?.[partition] ?? -1n;
    const [first, end, done] = [at(earliest), at(latest), at(committed)];
    if (done < 0n) return { partition, start: from === 'earliest' ? first : end, end, expired: 0n };
    const isKept = done >= first;
    return { partition, start: isKept ? done : first, end, expired: isKept ? 0n : first - done };
  });
}

/** Only of partitions that are this member's: another may be further already. */
export async function commitTo(client: Client, topic: string, next: ReadonlyMap<number, bigint>): Promise<void> {
  const mine = partitionsOf(client, topic);
  const offsets = [...next].flatMap(([partition, offset]) =>
    mine.includes(partition) ? [{ topic, partition, offset, leaderEpoch: NO_EPOCH }] : [],
  );
  if (offsets.length > 0) await client.commit({ offsets });
}

export async function leave(client: Client): Promise<void> {
  await client.close(true).catch(() => undefined);
}

function partitionsOf(client: Client, topic: string): readonly number[] {
  return client.assignments?.find((one) => one.topic === topic)?.partitions ?? [];
}
