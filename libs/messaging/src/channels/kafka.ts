import { PlatformError } from '@ml-platform/errors';
import type { Producer } from '@platformatic/kafka';
import type { Channel, Outgoing } from '../channel.ts';
import { idsOf, withMeta } from '../envelope.ts';
import { kafkaReason } from '../kafka/kafka-reason.ts';
import { clientOptions, type KafkaSettings } from '../kafka/kafka-settings.ts';
import type { LocationOf } from '../location.ts';
import { explained } from '../messaging-error.ts';
import { type KafkaSource, kafkaReceiver } from './kafka-receiver.ts';

type Sender = Producer<Buffer, Buffer, Buffer, Buffer>;

/** Of all replicas that are in step. */
const ALL = -1;
const RETRIES = 3;

/** A topic of Kafka, read as a member of a group. What fails is tried again in place, so that the order of a key stays. */
export function kafkaChannel(location: LocationOf<'kafka'>): Channel {
  const { uri, topic } = location;
  const settings = settingsOf(location);
  let producer: Promise<Sender> | undefined;
  return {
    uri,
    send: (message) =>
      explained(`${uri}: publish`, kafkaReason, async () => {
        producer ??= producerOf(settings);
        return send(await producer, topic, message);
      }),
    receiver: (options) => kafkaReceiver(sourceOf(location, settings), options),
    close: async () => {
      await (await producer)?.close();
      producer = undefined;
    },
  };
}

function settingsOf({ brokers, credentials, tls, sasl }: LocationOf<'kafka'>): KafkaSettings {
  const [username, password] = credentials?.split(':').map(decodeURIComponent) ?? [];
  return {
    brokers: brokers.split(','),
    tls: tls === 'true',
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(sasl !== undefined && { sasl }),
  };
}

function sourceOf({ uri, topic, group, instance }: LocationOf<'kafka'>, settings: KafkaSettings): KafkaSource {
  if (group === undefined) {
    const hint = 'name the group of consumers that share its messages: ?group=GROUP';
    throw new PlatformError(`${uri}: a topic of Kafka is read by a group`, { code: 'usage', hint });
  }
  return { uri, group, topic, ...settings, ...(instance !== undefined && { instance }) };
}

async function producerOf(settings: KafkaSettings): Promise<Sender> {
  const { Producer, compatibilityPartitioner } = await import('@platformatic/kafka');
  let turn = 0;
  return new Producer({
    ...clientOptions(settings),
    idempotent: true,
    acks: ALL,
    // By itself a producer that writes nothing twice asks for ever.
    retries: RETRIES,
    // By the key's hash as in Java's clients; one after another without a key.
    partitioner: (message, key) => (key === undefined ? turn++ : compatibilityPartitioner(message, key)),
  });
}

async function send(producer: Sender, topic: string, { body, key, dedupeId, attributes }: Outgoing): Promise<string> {
  const carried = Object.entries(withMeta(attributes, idsOf({ dedupeId })));
  const headers = new Map(carried.map(([name, value]) => [Buffer.from(name), Buffer.from(value)]));
  const message = { topic, value: body, headers, ...(key !== undefined && { key: Buffer.from(key) }) };
  const { offsets = [] } = await producer.send({ messages: [message] });
  return offsets.map(({ partition, offset }) => `${partition}-${offset}`).join();
}
