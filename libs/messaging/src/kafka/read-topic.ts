import { explained } from '../messaging-error.ts';
import {
  type Assigned,
  type Client,
  commitTo,
  connected,
  type GroupOptions,
  leave,
  type Stream,
  shareOf,
} from './group-member.ts';
import { kafkaReason } from './kafka-reason.ts';

export interface TopicRecord {
  readonly partition: number;
  readonly offset: bigint;
  readonly key: Buffer | undefined;
  readonly value: Buffer | undefined;
  /** Milliseconds since 1970. */
  readonly timestamp: bigint;
  readonly headers: ReadonlyMap<Buffer, Buffer>;
}

/** With `assigned`, all that isn't committed is read again: by this member, or by another. */
export type TopicEvent =
  | { readonly assigned: readonly Assigned[]; readonly record?: undefined }
  | { readonly record: TopicRecord; readonly assigned?: undefined };

export interface TopicReader {
  readonly events: AsyncGenerator<TopicEvent>;
  /** Whether all that there was when the partitions were given has come out of `events`. */
  readonly isDrained: () => boolean;
  /** The next offset to read of each partition; what isn't this member's any more is left out. */
  readonly commit: (next: ReadonlyMap<number, bigint>) => Promise<void>;
  readonly close: () => Promise<void>;
}

/**
 * Reads a topic as a member of a group. Each time that the group shares out its partitions, a new stream begins where the
 * group committed: an answer to a request from before belongs to the old stream, and is never taken for what comes next.
 */
export async function readTopic(options: GroupOptions): Promise<TopicReader> {
  const { topic, brokers, group } = options;
  const told = <Result>(what: string, work: () => Promise<Result>) =>
    explained(`kafka://${brokers.join(',')}/${topic}?group=${group}: ${what}`, kafkaReason, work);
  const client = await told('connect', () => connected(options));
  const membership = new Membership(client);
  await told('join', () => client.joinGroup({})).catch(async (thrown) => {
    await leave(client);
    throw thrown;
  });
  return {
    events: eventsOf(membership, options, told),
    isDrained: () => membership.isDrained(topic),
    commit: (next) => told('commit', () => commitTo(client, topic, next)),
    close: async () => {
      membership.end();
      await leave(client);
    },
  };
}

type Told = <Result>(what: string, work: () => Promise<Result>) => Promise<Result>;

/** What changes while a member reads. */
class Membership {
  readonly client: Client;
  /** Counts how often the group shared out its partitions. */
  generation = 0;
  isOver = false;
  assigned: readonly Assigned[] | undefined;
  stream: Stream | undefined;
  #failure: { readonly thrown: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(client: Client) {
    this.client = client;
    client.on('consumer:group:join', () => this.#change());
    // A heartbeat found the group gone, and the member could not join again.
    client.on('error', (thrown: unknown) => {
      this.#failure = { thrown };
      this.#change();
    });
  }

  #change(): void {
    this.generation++;
    this.assigned = undefined;
    this.stream?.destroy();
    this.#wake();
  }

  end(): void {
    this.isOver = true;
    this.#change();
  }

  check(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown;
  }

  isIn(generation: number): boolean {
    return !this.isOver && this.generation === generation;
  }

  /** Resolves with the next change. */
  async changed(generation: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    if (this.isIn(generation)) await promise;
  }

  isDrained(topic: string): boolean {
    const { assigned, stream } = this;
    if (assigned === undefined) return false;
    if (assigned.length === 0) return true;
    if (stream === undefined || stream.readableLength > 0) return false;
    return assigned.every(({ partition, end }) => (stream.offsetsToFetch.get(`${topic}:${partition}`) ?? -1n) >= end);
  }
}

async function* eventsOf(membership: Membership, options: GroupOptions, told: Told): AsyncGenerator<TopicEvent> {
  try {
    yield* generations(membership, options, told);
  } catch (thrown) {
    // What was asked when it ended finds the client closed.
    if (!membership.isOver) throw thrown;
  }
}

async function* generations(membership: Membership, options: GroupOptions, told: Told): AsyncGenerator<TopicEvent> {
  while (!membership.isOver) {
    const { generation } = membership;
    const assigned = await told('begin', async () => {
      membership.check();
      return shareOf(membership.client, options);
    });
    if (!membership.isIn(generation)) continue;
    membership.assigned = assigned;
    yield { assigned };
    if (assigned.length === 0) await membership.changed(generation);
    else yield* recordsOf(membership, generation, assigned, options.topic, told);
  }
}

async function* recordsOf(
  membership: Membership,
  generation: number,
  assigned: readonly Assigned[],
  topic: string,
  told: Told,
): AsyncGenerator<TopicEvent> {
  const offsets = assigned.map(({ partition, start }) => ({ topic, partition, offset: start }));
  const asked = { topics: [topic], mode: 'manual', offsets, fallbackMode: 'fail', autocommit: false } as const;
  const stream = await told('read', () => membership.client.consume({ ...asked, topics: [topic] }));
  membership.stream = stream;
  const messages = stream[Symbol.asyncIterator]();
  try {
    while (membership.isIn(generation)) {
      const { value: record, done } = await told('read', () => messages.next());
      if (done || !membership.isIn(generation)) return;
      yield { record };
    }
  } catch (thrown) {
    // A stream that is ended from here says that it ended too early.
    if (membership.isIn(generation)) throw thrown;
  } finally {
    stream.destroy();
  }
}
