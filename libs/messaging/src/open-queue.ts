import type { ZodType } from 'zod';
import { bytesFormat, jsonFormat } from './body-format.ts';
import type { Channel } from './channel.ts';
import { type Location, parseLocation } from './location.ts';
import { type Queue, queueOf } from './queue.ts';

export interface JsonOptions<Body> {
  readonly format?: 'json';
  /** What a body has to be, and its type. A message that is something else goes to the dead letters. */
  readonly schema?: ZodType<Body>;
}

/** Bodies as they come: for what isn't JSON, and for dead letters of every kind. */
export interface BytesOptions {
  readonly format: 'bytes';
}

/**
 * Opens a queue by its URI; a service's SDK is loaded only then. The queue has to be there: `infra/` makes it.
 *
 * @throws PlatformError `usage` for what is no URI of a queue; each method a `MessagingError`: `notFound` for a queue that
 * isn't there, `environment` where the service can't be reached or refuses.
 *
 * @example
 * ```ts
 * const orders = await openQueue('memory:orders', { schema: z.object({ id: z.int() }) });
 * await orders.publish({ id: 7 }, { dedupeId: 'order-7' });
 * await orders.consume(({ body }) => console.log(body.id), { idleSeconds: 1 });
 * await orders.close();
 * ```
 */
export async function openQueue(uri: string, options: BytesOptions): Promise<Queue<Buffer>>;
export async function openQueue<Body = unknown>(uri: string, options?: JsonOptions<Body>): Promise<Queue<Body>>;
export async function openQueue(uri: string, options: JsonOptions<unknown> | BytesOptions = {}) {
  const channel = await openChannel(uri);
  if (options.format === 'bytes') return queueOf(channel, bytesFormat, openChannel);
  return queueOf(channel, jsonFormat(channel.uri, options.schema), openChannel);
}

async function openChannel(uri: string): Promise<Channel> {
  const location = parseLocation(uri);
  return OPENERS[location.scheme](location as never);
}

type Openers = { [Of in Location['scheme']]: (location: Extract<Location, { scheme: Of }>) => Promise<Channel> };

const OPENERS: Openers = {
  memory: async (location) => (await import('./channels/memory.ts')).memoryChannel(location),
  sqs: async (location) => (await import('./channels/sqs.ts')).sqsChannel(location),
  sns: async (location) => (await import('./channels/sns.ts')).snsChannel(location),
  pubsub: async (location) => (await import('./channels/pubsub.ts')).pubsubChannel(location),
  servicebus: async (location) => (await import('./channels/service-bus.ts')).serviceBusChannel(location),
  kafka: async (location) => (await import('./channels/kafka.ts')).kafkaChannel(location),
};
