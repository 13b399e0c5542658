import { afterAll, beforeAll, describe, vi } from 'vitest';
import { ServiceBusClient } from '@azure/service-bus';
import { type ServiceBusServer, startServiceBus } from './testing/service-bus-server.ts';
import { testQueue } from './testing/queue-contract.ts';

const LOCK_SECONDS = 2;

let server: ServiceBusServer | undefined;
let raw: ServiceBusClient;

beforeAll(async () => {
  server = await startServiceBus(LOCK_SECONDS);
  vi.stubEnv('SERVICEBUS_CONNECTION_STRING', server.connectionString);
  raw = new ServiceBusClient(server.connectionString);
});

afterAll(async () => {
  await raw?.close();
  await server?.stop();
  vi.unstubAllEnvs();
});

const at = (entity: string) => `servicebus://127.0.0.1/${entity}`;

describe.concurrent('a queue of Service Bus', () => {
  testQueue({
    make: async (name) => {
      server?.createQueue(name);
      server?.createQueue(`${name}-dead`);
      server?.createTopic(`${name}-topic`, ['a', 'b']);
      return {
        uri: at(name),
        deadLetter: at(`${name}-dead`),
        subscriptions: [at(`${name}-topic?subscription=a`), at(`${name}-topic?subscription=b`)],
        sendRaw: (body) => raw.createSender(name).sendMessages({ body: Buffer.from(body) }),
      };
    },
    idleSeconds: 1,
    leaseSeconds: LOCK_SECONDS,
    countsAttempts: true,
    ordered: false,
  });
});
