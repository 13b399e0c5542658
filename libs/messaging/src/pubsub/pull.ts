import type { google } from '@google-cloud/pubsub/build/protos/protos.js';
import { explained } from '../messaging-error.ts';
import { type PubsubClient, pubsubReason } from './pubsub-client.ts';

/** Pub/Sub's limit of a request that hands over or answers. */
const MOST = 1000;

export type PubsubMessage = google.pubsub.v1.IReceivedMessage;

export interface PullOptions {
  readonly limit: number;
  /** At most two: a question that is given up may leave messages with nobody, so that it is rather let end. */
  readonly waitSeconds: number;
}

/** A subscription, and what can be asked of it. */
export interface Subscription {
  readonly pull: (options: PullOptions) => Promise<PubsubMessage[]>;
  readonly acknowledge: (ackIds: readonly string[]) => Promise<void>;
  /** Seconds from now until it comes again. */
  readonly extend: (ackIds: readonly string[], seconds: number) => Promise<void>;
}

export function subscriptionOf({ subscriber }: PubsubClient, uri: string, subscription: string): Subscription {
  const told = <Result>(what: string, work: () => Promise<Result>) => explained(`${uri}: ${what}`, pubsubReason, work);
  const inTurn = (ackIds: readonly string[], send: (some: string[]) => Promise<unknown>) =>
    told('answer', async () => {
      for (let start = 0; start < ackIds.length; start += MOST) await send(ackIds.slice(start, start + MOST));
    });
  return {
    pull: (options) => told('receive', () => pull(subscriber, subscription, options)),
    acknowledge: (ackIds) => inTurn(ackIds, (some) => subscriber.acknowledge({ subscription, ackIds: some })),
    extend: (ackIds, seconds) =>
      inTurn(ackIds, (some) =>
        subscriber.modifyAckDeadline({ subscription, ackIds: some, ackDeadlineSeconds: Math.ceil(seconds) }),
      ),
  };
}

const LONGEST_WAIT_SECONDS = 2;
/** A request that found nothing in time is no error. */
const DEADLINE_EXCEEDED = 4;

async function pull(
  subscriber: PubsubClient['subscriber'],
  subscription: string,
  { limit, waitSeconds }: PullOptions,
): Promise<PubsubMessage[]> {
  try {
    const [{ receivedMessages }] = await subscriber.pull(
      { subscription, maxMessages: Math.min(limit, MOST) },
      { timeout: Math.min(waitSeconds, LONGEST_WAIT_SECONDS) * 1000, retry: null },
    );
    return receivedMessages ?? [];
  } catch (thrown) {
    if ((thrown as { code?: number }).code === DEADLINE_EXCEEDED) return [];
    throw thrown;
  }
}
