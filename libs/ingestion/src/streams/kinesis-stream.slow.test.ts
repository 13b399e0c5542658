import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { type MotoServer, startMoto } from '@ml-platform/messaging/testing/moto-server';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defineTable } from '../table/define-table.ts';
import { temporaryLake } from '../testing/temporary-lake.ts';
import { ingestStream } from './ingest-stream.ts';
import { kinesisStream } from './kinesis-stream.ts';
import { testStream } from './testing/stream-contract.ts';

const REGION = 'eu-central-1';

let server: MotoServer;
let client: KinesisClient;

beforeAll(async () => {
  server = await startMoto();
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  client = new KinesisClient({ region: REGION, requestHandler: new NodeHttpHandler() });
}, 300_000);

afterAll(async () => {
  client?.destroy();
  await server?.stop();
  vi.unstubAllEnvs();
});

const source = (stream: string) => kinesisStream({ region: REGION, stream, pollSeconds: 0.1 });

async function create(name: string, ShardCount: number): Promise<void> {
  await client.send(new CreateStreamCommand({ StreamName: name, ShardCount }));
  const status = async () => {
    const described = await client.send(new DescribeStreamSummaryCommand({ StreamName: name }));
    return described.StreamDescriptionSummary?.StreamStatus;
  };
  await expect.poll(status, { timeout: 20_000 }).toBe('ACTIVE');
}

async function put(stream: string, messages: readonly { readonly key: string; readonly value: string }[]) {
  const Records = messages.map(({ key, value }) => ({ PartitionKey: key, Data: Buffer.from(value) }));
  for (let start = 0; start < Records.length; start += 500) {
    await client.send(new PutRecordsCommand({ StreamName: stream, Records: Records.slice(start, start + 500) }));
  }
}

testStream(async (name) => {
  await create(name, 2);
  return { source: source(name), put: (messages) => put(name, messages) };
});

test('a stream that is not there is told, and two runs at a time are not', async () => {
  const dataset = (await temporaryLake()).dataset('raw', 'nothing');
  const options = { table: defineTable({ columns: { id: 'BIGINT' } }), dataset, until: 'drained' } as const;
  await expect(ingestStream({ ...options, source: source('nothing') })).rejects.toMatchObject({ code: 'notFound' });
  await create('busy', 1);
  const one = (await temporaryLake()).dataset('raw', 'busy');
  const run = () => ingestStream({ ...options, dataset: one, source: source('busy') });
  const outcomes = await Promise.allSettled([run(), run()]);
  expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([{ reason: { code: 'busy' } }]);
});
