import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Outgoing, Received, Receiver, ReceiverOptions } from '../channel.ts';
import { idsOf, splitMeta, withMeta } from '../envelope.ts';
import type { LocationOf } from '../location.ts';
import { explained, MessagingError } from '../messaging-error.ts';
import { type PubsubMessage, type Subscription, subscriptionOf } from '../pubsub/pull.ts';
import { type PubsubClient, pubsubClient, pubsubReason } from '../pubsub/pubsub-client.ts';
import { countAttempts } from './count-attempts.ts';

/** A topic of Pub/Sub, and one of its subscriptions. */
export function pubsubChannel(location: LocationOf<'pubsub'>): Channel {
  const { uri, project, topic, subscription } = location;
  let client: Promise<PubsubClient> | undefined;
  const connected = () => {
    client ??= pubsubClient(project);
    return client;
  };
  const path = `projects/${project}/topics/${topic}`;
  return {
    uri,
    send: (message) =>
      explained(`${uri}: publish`, pubsubReason, async () => send((await connected()).publisher, path, message)),
    receiver: (options) => {
      if (subscription !== undefined) {
        const from = `projects/${project}/subscriptions/${subscription}`;
        return pubsubReceiver(async () => subscriptionOf(await connected(), uri, from), uri, options);
      }
      const hint = 'name the subscription to read: ?subscription=SUBSCRIPTION';
      throw new MessagingError(`${uri}: nothing is received from a topic itself`, 'unsupported', { hint });
    },
    close: async () => {
      await (await client)?.close();
      client = undefined;
    },
  };
}

async function send(publisher: PubsubClient['publisher'], topic: string, message: Outgoing): Promise<string> {
  const { body, key, dedupeId, attributes } = message;
  const carried = withMeta(attributes, idsOf({ dedupeId }));
  const data = { data: body, attributes: carried, ...(key !== undefined && { orderingKey: key }) };
  const [{ messageIds }] = await publisher.publish({ topic, messages: [data] });
  return messageIds?.[0] ?? '';
}

function pubsubReceiver(open: () => Promise<Subscription>, uri: string, options: ReceiverOptions): Receiver {
  const { leaseSeconds, waitSeconds } = options;
  const attemptOf = countAttempts();
  const stopped = new AbortController();
  let subscription: Subscription | undefined;
  return {
    receive: async (limit) => {
      subscription ??= await open();
      const messages = await subscription.pull({ limit, waitSeconds });
      // The deadline of the subscription is another, maybe shorter than what was asked for.
      await subscription.extend(
        messages.flatMap(({ ackId }) => ackId ?? []),
        leaseSeconds,
      );
      const source = { subscription, uri, leaseSeconds, stopped: stopped.signal };
      return messages.map((message) => received(source, message, attemptOf));
    },
    close: async () => stopped.abort(),
  };
}

interface Source {
  readonly subscription: Subscription;
  readonly uri: string;
  readonly leaseSeconds: number;
  readonly stopped: AbortSignal;
}

function received(source: Source, found: PubsubMessage, attemptOf: (id: string) => number): Received {
  const { subscription, leaseSeconds, stopped } = source;
  const { ackId, message, deliveryAttempt } = found;
  const id = message?.messageId ?? '';
  const acks = [ackId ?? ''];
  const { attributes, meta } = splitMeta(message?.attributes ?? {});
  const { seconds = 0, nanos = 0 } = message?.publishTime ?? {};
  return {
    body: Buffer.from(message?.data ?? ''),
    attributes,
    ...idsOf({ key: message?.orderingKey || undefined, dedupeId: meta.dedupeId }),
    id,
    published: new Date(Number(seconds) * 1000 + Number(nanos) / 1e6),
    // Counted by the service where the subscription has a rule for dead letters, else by this consumer.
    attempt: deliveryAttempt || attemptOf(id),
    leaseSeconds,
    retriesInPlace: Boolean(message?.orderingKey),
    extend: () => subscription.extend(acks, leaseSeconds),
    done: () => subscription.acknowledge(acks),
    giveBack: async (pause) => {
      // Nothing comes earlier than its deadline, so that this is what waits.
      if (pause >= 1 && !stopped.aborted) return subscription.extend(acks, Math.min(pause, LONGEST_SECONDS));
      await sleep(pause * 1000, undefined, { signal: stopped }).catch(() => undefined);
      await subscription.extend(acks, 0);
    },
  };
}

/** Pub/Sub's limit of a deadline. */
const LONGEST_SECONDS = 600;
