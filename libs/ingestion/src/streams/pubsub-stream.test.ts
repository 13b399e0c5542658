import { pubsubClient } from '@ml-platform/messaging/clients';
import { startPubsub } from '@ml-platform/messaging/testing/pubsub-server';
import { afterAll, beforeAll, vi } from 'vitest';
import { pubsubStream } from './pubsub-stream.ts';
import { testStream } from './testing/stream-contract.ts';

const PROJECT = 'acme-dev';

let server: Awaited<ReturnType<typeof startPubsub>>;
let client: Awaited<ReturnType<typeof pubsubClient>>;

beforeAll(async () => {
  server = await startPubsub();
  vi.stubEnv('PUBSUB_EMULATOR_HOST', server.address);
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  client = await pubsubClient(PROJECT);
});

afterAll(async () => {
  await client.close();
  server.stop();
  vi.unstubAllEnvs();
});

let names = 0;

testStream(async (name) => {
  const unique = `${name}-${++names}`;
  const topic = `projects/${PROJECT}/topics/${unique}`;
  await client.publisher.createTopic({ name: topic });
  const subscription = `projects/${PROJECT}/subscriptions/${unique}`;
  await client.subscriber.createSubscription({ name: subscription, topic, enableMessageOrdering: true });
  return {
    source: pubsubStream({ project: PROJECT, subscription: unique }),
    put: (sent) => {
      const messages = sent.map(({ key, value }) => ({ data: Buffer.from(value), orderingKey: key }));
      return client.publisher.publish({ topic, messages });
    },
  };
});
