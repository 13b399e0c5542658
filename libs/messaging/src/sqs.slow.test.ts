import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { arn } from './channels/aws.ts';
import { openQueue } from './open-queue.ts';
import { type MotoServer, startMoto } from './testing/moto-server.ts';
import { testQueue } from './testing/queue-contract.ts';

const REGION = 'eu-central-1';
/** moto's. */
const ACCOUNT = '123456789012';
const at = (scheme: string, name: string) => `${scheme}://${REGION}/${ACCOUNT}/${name}`;

let server: MotoServer | undefined;
let sqs: SQSClient;
let sns: SNSClient;

beforeAll(async () => {
  server = await startMoto();
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  sqs = new SQSClient({ region: REGION });
  sns = new SNSClient({ region: REGION });
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

const fifo = { FifoQueue: 'true' };

async function makeQueue(name: string): Promise<string> {
  const Attributes = name.endsWith('.fifo') ? fifo : {};
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: name, Attributes }));
  return QueueUrl;
}

async function subscribe(topic: string, queue: string, isRaw: boolean): Promise<string> {
  await makeQueue(queue);
  await sns.send(
    new SubscribeCommand({
      TopicArn: arn('sns', REGION, ACCOUNT, topic),
      Protocol: 'sqs',
      Endpoint: arn('sqs', REGION, ACCOUNT, queue),
      Attributes: { RawMessageDelivery: String(isRaw) },
    }),
  );
  return `${at('sns', topic)}?queue=${queue}`;
}

const ABILITIES = { idleSeconds: 2, leaseSeconds: 2, retrySeconds: 0, countsAttempts: true, ordered: false };
const raw = (QueueUrl: string) => (MessageBody: string) => sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));

// One kind after the other: all at once, they keep moto so busy that leases end.
describe('SQS', () => {
  describe.concurrent('a queue', () => {
    testQueue({
      make: async (name) => {
        const url = await makeQueue(name);
        await makeQueue(`${name}-dead`);
        return { uri: at('sqs', name), deadLetter: at('sqs', `${name}-dead`), sendRaw: raw(url) };
      },
      ...ABILITIES,
    });
  });
});

describe.each([true, false])('SNS into SQS, raw delivery: %s', (isRaw) => {
  describe.concurrent('a topic', () => {
    testQueue({
      make: async (name) => {
        await sns.send(new CreateTopicCommand({ Name: name }));
        const uri = await subscribe(name, `${name}-queue`, isRaw);
        await makeQueue(`${name}-dead`);
        const url = await makeQueue(`${name}-queue`);
        return {
          uri,
          deadLetter: at('sqs', `${name}-dead`),
          subscriptions: [uri, await subscribe(name, `${name}-other`, isRaw)],
          sendRaw: raw(url),
        };
      },
      ...ABILITIES,
    });
  });
});

test('a queue, or a topic, that is not there is named', async () => {
  for (const uri of [at('sqs', 'nothing'), `${at('sns', 'nothing')}?queue=nothing`]) {
    const queue = await openQueue(uri);
    const missing = { code: 'notFound', reason: 'missing', message: expect.stringContaining(uri) };
    await expect(queue.publish(1)).rejects.toMatchObject(missing);
    await expect(queue.consume(() => undefined)).rejects.toMatchObject(missing);
    await queue.close();
  }
});

test('what SQS does not take is refused before it is sent away', async () => {
  await makeQueue('narrow');
  const queue = await openQueue(at('sqs', 'narrow'));
  await expect(queue.publish('x'.repeat(2 ** 21))).rejects.toMatchObject({ code: 'data', reason: 'refused' });
  await queue.close();
});

// One at a time: while a request of moto's waits, it doesn't see that a message before is done.
test('a .fifo keeps the order of a key, though some fail, and drops copies itself', async () => {
  await makeQueue('ordered.fifo');
  const queue = await openQueue(at('sqs', 'ordered.fifo'));
  for (let n = 0; n < 12; n++) await queue.publish(n, { key: `key-${n % 2}`, dedupeId: `id-${n}` });
  await queue.publish(0, { key: 'key-0', dedupeId: 'id-0' });
  const handled: unknown[] = [];
  const report = await queue.consume(
    ({ body, attempt }) => {
      if ((body as number) % 5 === 0 && attempt < 3) throw new Error('later');
      handled.push(body);
    },
    { concurrency: 1, idleSeconds: 1, retrySeconds: () => 0 },
  );
  await queue.close();
  expect(report).toMatchObject({ handled: 12, retried: 6, duplicates: 0 });
  for (const rest of [0, 1]) {
    const ofKey = handled.filter((n) => Number(n) % 2 === rest);
    expect(ofKey).toEqual(Array.from({ length: 6 }, (_, index) => 2 * index + rest));
  }
});
