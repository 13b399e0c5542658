import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type PubsubServer, startPubsub } from './testing/pubsub-server.ts';
import { type ServiceBusServer, startServiceBus } from './testing/service-bus-server.ts';
import { openQueue } from './open-queue.ts';

const SECRET = 'only-here';
const NOBODY = '127.0.0.1:1';

let bus: ServiceBusServer;
let pubsub: PubsubServer;

beforeEach(async () => {
  bus = await startServiceBus(30);
  pubsub = await startPubsub();
  vi.stubEnv('AWS_ENDPOINT_URL', `http://${NOBODY}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', SECRET);
  vi.stubEnv('AWS_MAX_ATTEMPTS', '1');
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  vi.stubEnv('PUBSUB_EMULATOR_HOST', pubsub.address);
  vi.stubEnv('SERVICEBUS_CONNECTION_STRING', bus.connectionString);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  pubsub.stop();
  await bus.stop();
});

/** What publishing, and what consuming says. */
async function errorsOf(uri: string): Promise<unknown[]> {
  const queue = await openQueue(uri);
  const published = await queue.publish('x').catch((thrown: unknown) => thrown);
  const consumed = await queue.consume(() => undefined, { idleSeconds: 0.5 }).catch((thrown: unknown) => thrown);
  await queue.close();
  for (const error of [published, consumed]) {
    const { message, stack, cause } = error as Error;
    expect(JSON.stringify([error, message, stack, String(cause)])).not.toContain(SECRET);
  }
  return [published, consumed];
}

test.each([
  'sqs://eu-central-1/123456789012/orders',
  'sns://eu-central-1/123456789012/orders?queue=orders',
  `kafka://me:${SECRET}@${NOBODY}/orders?group=g`,
])('nobody answers: %s', { timeout: 60_000 }, async (uri) => {
  for (const error of await errorsOf(uri)) {
    expect(error).toMatchObject({
      code: 'environment',
      reason: 'unreachable',
      hint: expect.stringContaining('network'),
    });
    expect(String(error)).toMatch(/: (publish|receive|connect): .*ECONNREFUSED/);
  }
});

test('nobody answers: Service Bus', { timeout: 60_000 }, async () => {
  vi.stubEnv('SERVICEBUS_CONNECTION_STRING', bus.connectionString.replace(/:\d+;/, ':1;'));
  for (const error of await errorsOf('servicebus://127.0.0.1/orders')) {
    expect(error).toMatchObject({ code: 'environment', reason: 'unreachable' });
  }
});

test('a queue that is not there is named', async () => {
  const queues = ['servicebus://127.0.0.1/orders', 'pubsub://acme-dev/orders?subscription=lake'];
  for (const uri of queues) {
    for (const error of await errorsOf(uri)) {
      expect(error).toMatchObject({ code: 'notFound', reason: 'missing', message: expect.stringContaining(uri) });
    }
  }
});

test('a wrong key is told, and not shown', async () => {
  bus.createQueue('orders');
  vi.stubEnv('SERVICEBUS_CONNECTION_STRING', bus.connectionString.replace(`=${SECRET}`, '=wrong'));
  for (const error of await errorsOf('servicebus://127.0.0.1/orders')) {
    expect(error).toMatchObject({ code: 'environment', reason: 'denied', hint: expect.stringContaining('signed in') });
  }
});

test('a connection string of another namespace is not taken', async () => {
  const queue = await openQueue('servicebus://acme/orders');
  await expect(queue.publish(1)).rejects.toMatchObject({
    code: 'config',
    message: 'SERVICEBUS_CONNECTION_STRING is of 127.0.0.1, and not of acme.servicebus.windows.net',
  });
});

test.each([
  ['sns://eu-central-1/123456789012/orders', /nothing is received from a topic itself/, /\?queue=/],
  ['pubsub://acme-dev/orders', /nothing is received from a topic itself/, /\?subscription=/],
  ['kafka://a:9092/orders', /a topic of Kafka is read by a group/, /\?group=/],
])('who reads is to be said: %s', async (uri, message, hint) => {
  const queue = await openQueue(uri);
  await expect(queue.consume(() => undefined)).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(message),
    hint: expect.stringMatching(hint),
  });
});

test('options that make no sense are told', async () => {
  const queue = await openQueue('memory:options');
  for (const options of [{ concurrency: 0 }, { concurrency: 1.5 }, { leaseSeconds: -1 }, { idleSeconds: Number.NaN }]) {
    await expect(queue.consume(() => undefined, options)).rejects.toMatchObject({ code: 'usage' });
  }
  const ofService = queue.consume(() => undefined, { deadLetter: 'service' });
  await expect(ofService).rejects.toMatchObject({ code: 'usage', reason: 'unsupported' });
  const asked = openQueue('kafka://a:9092/t?group=g&sasl=md5').then((kafka) => kafka.consume(() => undefined));
  vi.stubEnv('KAFKA_USERNAME', 'me');
  await expect(asked).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining("'md5'") });
});

test("Service Bus's own dead letters have the reason, and are read by their part", async () => {
  bus.createQueue('orders');
  const queue = await openQueue('servicebus://127.0.0.1/orders');
  await queue.publish({ n: 1 });
  const failing = () => Promise.reject(new Error('no good'));
  const options = { deadLetter: 'service', maxAttempts: 2, idleSeconds: 1, retrySeconds: () => 0 } as const;
  expect(await queue.consume(failing, options)).toMatchObject({ retried: 1, deadLettered: 1 });
  await queue.close();
  const dead = await openQueue('servicebus://127.0.0.1/orders?part=dead-letters');
  const letters: unknown[] = [];
  await dead.consume(({ body, attributes }) => letters.push([body, attributes]), { idleSeconds: 1 });
  await dead.close();
  expect(letters).toEqual([[{ n: 1 }, { DeadLetterReason: 'failed', DeadLetterErrorDescription: 'no good' }]]);
});

test('a consumer goes on after a connection that broke', async () => {
  bus.createQueue('orders');
  const queue = await openQueue('servicebus://127.0.0.1/orders');
  const handled: unknown[] = [];
  const stop = new AbortController();
  const consuming = queue.consume(({ body }) => handled.push(body), { signal: stop.signal });
  for (let n = 0; n < 2; n++) {
    await queue.publish(n);
    await expect.poll(() => handled, { timeout: 20_000 }).toContain(n);
    bus.cut();
  }
  stop.abort();
  await consuming;
  await queue.close();
  expect(new Set(handled)).toEqual(new Set([0, 1]));
}, 90_000);
