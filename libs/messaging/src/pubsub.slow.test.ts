import { afterAll, beforeAll, describe, vi } from 'vitest';
import { type PubsubClient, pubsubClient } from './pubsub/pubsub-client.ts';
import { type PubsubServer, startPubsub } from './testing/pubsub-server.ts';
import { testQueue } from './testing/queue-contract.ts';

const PROJECT = 'acme-dev';

let server: PubsubServer | undefined;
let client: PubsubClient;

beforeAll(async () => {
  server = await startPubsub();
  vi.stubEnv('PUBSUB_EMULATOR_HOST', server.address);
  client = await pubsubClient(PROJECT);
});

afterAll(async () => {
  await client.close();
  server?.stop();
  vi.unstubAllEnvs();
});

const uri = (topic: string, subscription: string) => `pubsub://${PROJECT}/${topic}?subscription=${subscription}`;
const path = (topic: string) => `projects/${PROJECT}/topics/${topic}`;

async function make(topic: string, subscriptions: readonly string[], options: object): Promise<void> {
  await client.publisher.createTopic({ name: path(topic) });
  for (const name of subscriptions) {
    const full = `projects/${PROJECT}/subscriptions/${name}`;
    await client.subscriber.createSubscription({ name: full, topic: path(topic), ackDeadlineSeconds: 10, ...options });
  }
}

describe.concurrent.each([true, false])('Pub/Sub, counting attempts and keeping the order of keys: %s', (isFull) => {
  const options = isFull ? { enableMessageOrdering: true, deadLetterPolicy: { maxDeliveryAttempts: 100 } } : {};
  testQueue({
    make: async (name) => {
      await make(name, [name, `${name}-other`], options);
      await make(`${name}-dead`, [`${name}-dead`], {});
      return {
        uri: uri(name, name),
        deadLetter: uri(`${name}-dead`, `${name}-dead`),
        subscriptions: [uri(name, name), uri(name, `${name}-other`)],
        sendRaw: (body) => client.publisher.publish({ topic: path(name), messages: [{ data: Buffer.from(body) }] }),
      };
    },
    idleSeconds: 0.5,
    leaseSeconds: 1,
    countsAttempts: isFull,
    ordered: isFull,
  });
});
