import { messageOf } from '@ml-platform/errors';
import type { v1 } from '@google-cloud/pubsub';
import type { MessagingFailure } from '../messaging-error.ts';

type ClientOptions = NonNullable<ConstructorParameters<typeof v1.PublisherClient>[0]>;

export interface PubsubClient {
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
  readonly close: () => Promise<void>;
}

/**
 * Google's own clients of Pub/Sub, with the credentials of its own tools, or the emulator of `PUBSUB_EMULATOR_HOST`. Messages
 * are asked for, not streamed: what is handed out is what was asked for, and nothing waits in between.
 */
export async function pubsubClient(project: string): Promise<PubsubClient> {
  const { PubSub, v1 } = await import('@google-cloud/pubsub');
  const config = (await new PubSub({ projectId: project }).getClientConfig()) as ClientOptions;
  const publisher = new v1.PublisherClient(config);
  const subscriber = new v1.SubscriberClient(config);
  return {
    publisher,
    subscriber,
    close: async () => {
      await Promise.all([publisher.close(), subscriber.close()]);
    },
  };
}

/** By gRPC's numbers, https://grpc.io/docs/guides/status-codes/. */
const REASONS: Readonly<Record<number, MessagingFailure>> = {
  3: 'refused',
  4: 'unreachable',
  5: 'missing',
  7: 'denied',
  8: 'failed',
  14: 'unreachable',
  16: 'denied',
};

export function pubsubReason(thrown: unknown): MessagingFailure {
  const code = (thrown as { code?: unknown }).code;
  if (/credentials/i.test(messageOf(thrown))) return 'denied';
  return (typeof code === 'number' ? REASONS[code] : undefined) ?? 'failed';
}
