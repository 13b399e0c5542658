import {
  type PubsubClient,
  type PubsubMessage,
  pubsubClient,
  type Subscription,
  subscriptionOf,
} from '@ml-platform/messaging/clients';
import { mayPass } from './may-pass.ts';
import type { OpenStream, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

export interface PubsubStreamOptions {
  readonly project: string;
  readonly subscription: string;
  /** Seconds that messages are this reader's, extended until they are written; 60. */
  readonly leaseSeconds?: number;
}

/** Pub/Sub's limit of a request. */
const MOST = 1000;
/** A question that found nothing in this time says that there is nothing. */
const WAIT_SECONDS = 1;

/**
 * A subscription of Pub/Sub, read by as many runs as there are. Messages are acknowledged after the files; their order is by
 * `_timestamp`, when they were published, since their ids (`_offset`) have none.
 *
 * @throws PlatformError when it is read: `notFound` for a subscription that isn't there, `environment` where Pub/Sub can't be
 * reached or refuses.
 */
export function pubsubStream(options: PubsubStreamOptions): StreamSource {
  const { project, subscription } = options;
  const name = `pubsub ${project}/${subscription}`;
  return {
    name,
    keeps: 'service',
    offsetType: 'VARCHAR',
    isUnordered: true,
    open: async ({ signal }) => {
      const client = await mayPass(name, failed, () => pubsubClient(project));
      const path = `projects/${project}/subscriptions/${subscription}`;
      return new PubsubReader(options, name, client, subscriptionOf(client, name, path), signal);
    },
  };
}

/** What the subscription throws has its reason already. */
const failed = () => 'failed' as const;

class PubsubReader implements OpenStream {
  readonly events: AsyncIterator<StreamEvent, void>;
  private readonly name: string;
  private readonly partition: string;
  private readonly leaseSeconds: number;
  private readonly client: PubsubClient;
  private readonly subscription: Subscription;
  private readonly closing = new AbortController();
  private readonly leases: NodeJS.Timeout;
  /** Handed out and not written, in that order. */
  private open: { readonly offset: string; readonly ackId: string }[] = [];
  private isEmpty = false;
  private pulling: Promise<PubsubMessage[]> | undefined;

  constructor(
    { subscription: partition, leaseSeconds = 60 }: PubsubStreamOptions,
    name: string,
    client: PubsubClient,
    subscription: Subscription,
    signal: AbortSignal,
  ) {
    this.name = name;
    this.partition = partition;
    this.leaseSeconds = leaseSeconds;
    this.client = client;
    this.subscription = subscription;
    this.events = this.read(AbortSignal.any([signal, this.closing.signal]));
    // What isn't extended in time comes again, and is there twice until it is deduplicated.
    this.leases = setInterval(() => void this.extend(leaseSeconds).catch(() => undefined), (leaseSeconds * 1000) / 3);
  }

  isDrained(): boolean {
    return this.isEmpty;
  }

  async commit(positions: Readonly<Record<string, string>>): Promise<void> {
    const last = this.open.findLastIndex(({ offset }) => offset === positions[this.partition]);
    const written = this.open.splice(0, last + 1).map(({ ackId }) => ackId);
    await mayPass(this.name, failed, () => this.subscription.acknowledge(written));
  }

  async close(): Promise<void> {
    clearInterval(this.leases);
    this.closing.abort();
    // What comes now nobody waits for.
    const late = await this.pulling?.catch(() => []);
    this.hold(late ?? []);
    await this.extend(0).catch(() => undefined);
    await this.client.close();
  }

  private hold(messages: readonly PubsubMessage[]) {
    const held = messages.map(({ ackId, message }) => ({ offset: message?.messageId ?? '', ackId: ackId ?? '' }));
    this.open.push(...held);
    return held;
  }

  private extend(seconds: number): Promise<void> {
    return this.subscription.extend(
      this.open.map(({ ackId }) => ackId),
      seconds,
    );
  }

  private async *read(signal: AbortSignal): AsyncGenerator<StreamEvent, void> {
    while (!signal.aborted) {
      this.pulling = this.subscription.pull({ limit: MOST, waitSeconds: WAIT_SECONDS });
      const pulled = this.pulling;
      const messages = await mayPass(this.name, failed, () => pulled);
      if (signal.aborted) return;
      this.pulling = undefined;
      this.isEmpty = messages.length === 0;
      if (this.isEmpty) continue;
      const acks = this.hold(messages);
      // The subscription's own deadline may be shorter than a batch.
      await mayPass(this.name, failed, () =>
        this.subscription.extend(
          acks.map(({ ackId }) => ackId),
          this.leaseSeconds,
        ),
      );
      yield { records: messages.map((message) => recordOf(this.partition, message)) };
    }
  }
}

function recordOf(partition: string, { message }: PubsubMessage): StreamRecord {
  const { seconds = 0, nanos = 0 } = message?.publishTime ?? {};
  return {
    partition,
    offset: message?.messageId ?? '',
    key: message?.orderingKey || undefined,
    value: Buffer.from(message?.data ?? ''),
    timestamp: new Date(Number(seconds) * 1000 + Number(nanos) / 1e6),
    attributes: message?.attributes ?? {},
  };
}
