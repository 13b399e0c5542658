import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { defineTable } from '../table/define-table.ts';
import { countIn, temporaryLake } from '../testing/temporary-lake.ts';
import { eventHubsStream } from './event-hubs-stream.ts';
import { ingestStream } from './ingest-stream.ts';
import { type EventHubsServer, startEventHubs } from './testing/event-hubs-server.ts';
import { testStream } from './testing/stream-contract.ts';

let server: EventHubsServer;

beforeAll(async () => {
  server = await startEventHubs();
  vi.stubEnv('EVENTHUBS_CONNECTION_STRING', server.connectionString);
});

afterAll(async () => {
  await server.stop();
  vi.unstubAllEnvs();
});

const source = (hub: string) => eventHubsStream({ namespace: '127.0.0.1', hub });
const things = defineTable({ columns: { id: 'BIGINT' } });

testStream(async (hub) => {
  server.createHub(hub, 2);
  return {
    source: source(hub),
    put: async (messages) => {
      for (const { key, value } of messages) server.put(hub, Number(key) % 2, value, key);
    },
  };
});

test('a connection that breaks is made again, where it was', async () => {
  server.createHub('broken', 2);
  const dataset = (await temporaryLake()).dataset('raw', 'broken');
  const stop = new AbortController();
  const run = ingestStream({
    source: source('broken'),
    table: things,
    dataset,
    batch: { seconds: 0.1 },
    signal: stop.signal,
    retry: { firstPause: 50 },
  });
  for (let n = 0; n < 200; n++) {
    server.put('broken', n % 2, `{"id": ${n}}`);
    if (n % 50 === 49) {
      await expect.poll(() => countIn(dataset, 'count(DISTINCT id)').catch(() => 0), { timeout: 20_000 }).toBe(n + 1);
      server.cut();
    }
  }
  stop.abort();
  expect((await run).rows).toBeGreaterThanOrEqual(200);
});

test('events that expired unread are told; what is not there, or not allowed, too', async () => {
  server.createHub('expired', 1);
  const dataset = (await temporaryLake()).dataset('raw', 'expired');
  const options = { table: things, dataset, until: 'drained', retry: { attempts: 1 } } as const;
  for (let n = 0; n < 5; n++) server.put('expired', 0, `{"id": ${n}}`);
  await ingestStream({ ...options, source: source('expired') });
  for (let n = 5; n < 10; n++) server.put('expired', 0, `{"id": ${n}}`);
  server.expire('expired', 0, 8);
  await expect(ingestStream({ ...options, source: source('expired') })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringMatching(/3 events of partition 0, before 8, expired unread/),
  });
  const skipping = eventHubsStream({ namespace: '127.0.0.1', hub: 'expired', expired: 'skip' });
  expect(await ingestStream({ ...options, source: skipping })).toMatchObject({ rows: 2 });
  const elsewhere = (await temporaryLake()).dataset('raw', 'nothing');
  await expect(ingestStream({ ...options, dataset: elsewhere, source: source('nothing') })).rejects.toMatchObject({
    code: 'notFound',
  });
  vi.stubEnv('EVENTHUBS_CONNECTION_STRING', server.connectionString.replace('=only-here', '=wrong-key'));
  const denied = await ingestStream({ ...options, source: source('expired') }).catch((e: unknown) => e);
  vi.stubEnv('EVENTHUBS_CONNECTION_STRING', server.connectionString);
  expect(denied).toMatchObject({ code: 'environment', hint: expect.stringContaining('signed in') });
  expect(String((denied as Error).stack)).not.toContain('wrong-key');
});
