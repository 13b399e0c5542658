import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openQueue } from './open-queue.ts';
import { hasKafka, type KafkaBroker, startKafka } from './testing/kafka-broker.ts';
import { createTopics, produce } from './testing/kafka-topics.ts';
import { testQueue } from './testing/queue-contract.ts';

describe.skipIf(!(await hasKafka()))('Kafka, with a broker', () => {
  let broker: KafkaBroker;
  beforeAll(async () => {
    broker = await startKafka();
  }, 600_000);
  afterAll(() => broker?.stop());

  testQueue({
    make: async (name) => {
      await createTopics(broker.address, { [name]: 2, [`${name}.dead`]: 1 });
      const topic = `kafka://${broker.address}/${name}`;
      return {
        uri: `${topic}?group=${name}`,
        deadLetter: `kafka://${broker.address}/${name}.dead?group=${name}`,
        subscriptions: [`${topic}?group=a-${name}`, `${topic}?group=b-${name}`],
        sendRaw: (value) => produce(broker.address, name, [{ value: Buffer.from(value) }]),
      };
    },
    idleSeconds: 1,
    leaseSeconds: 1,
    countsAttempts: false,
    ordered: true,
  });

  test('a topic that is not there is named', async () => {
    const queue = await openQueue(`kafka://${broker.address}/nothing?group=g`);
    const missing = { code: 'notFound', reason: 'missing', message: expect.stringContaining('nothing') };
    await expect(queue.publish(1)).rejects.toMatchObject(missing);
    await expect(queue.consume(() => undefined)).rejects.toMatchObject(missing);
    await queue.close();
  });

  test('consumers of a group share the messages; one that goes hands over, and loses none', async () => {
    await createTopics(broker.address, { shared: 4 });
    const uri = `kafka://${broker.address}/shared?group=workers`;
    const queue = await openQueue(uri);
    const handled: unknown[][] = [[], []];
    const start = async (index: number) => {
      const stop = new AbortController();
      const own = await openQueue(uri);
      const done = own.consume(({ body }) => handled[index]?.push(body), { signal: stop.signal, leaseSeconds: 2 });
      return { done, stop };
    };
    const [first, second] = [await start(0), await start(1)];
    const publish = (from: number) =>
      Promise.all(Array.from({ length: 200 }, (_, n) => queue.publish(from + n, { key: String(n) })));
    const all = () => new Set(handled.flat());
    await expect
      .poll(async () => (await publish(0)) && Math.min(...handled.map((one) => one.length)), WAIT)
      .toBeGreaterThan(0);
    first.stop.abort();
    await first.done;
    await publish(200);
    await expect.poll(() => all().size, WAIT).toBe(400);
    second.stop.abort();
    await second.done;
    await queue.close();
  }, 90_000);
});

const WAIT = { timeout: 30_000, interval: 500 };
