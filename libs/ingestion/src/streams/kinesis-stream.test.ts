import { expect, onTestFinished, test, vi } from 'vitest';
import { defineTable } from '../table/define-table.ts';
import { rowsIn, temporaryLake } from '../testing/temporary-lake.ts';
import { ingestStream } from './ingest-stream.ts';
import { kinesisStream } from './kinesis-stream.ts';
import { startShards, type TestShard } from './testing/kinesis-shards.ts';

const table = defineTable({ columns: { id: 'BIGINT' } });
const values = (from: number, count: number) => Array.from({ length: count }, (_, index) => `{"id": ${from + index}}`);

async function started(shards: Readonly<Record<string, TestShard>>, expiring?: { times: number }) {
  const server = await startShards(shards, expiring);
  onTestFinished(() => server.stop());
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  onTestFinished(() => void vi.unstubAllEnvs());
  const dataset = (await temporaryLake()).dataset('raw', 'things');
  const source = kinesisStream({ region: 'eu-central-1', stream: 'things', pollSeconds: 0.01 });
  return { server, dataset, run: () => ingestStream({ source, table, dataset, until: 'drained' }) };
}

test('a shard is read after those that it was split from or merged of, to their ends', async () => {
  const shards = {
    merged: { parents: ['left', 'right'], values: values(30, 3) },
    left: { parents: ['old'], isClosed: true, values: values(10, 5) },
    right: { parents: ['old'], isClosed: true, values: values(20, 4) },
    old: { parents: ['gone'], isClosed: true, values: values(0, 5) },
  };
  const { server, dataset, run } = await started(shards);
  expect(await run()).toMatchObject({ rows: 17 });
  expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual(
    [...shards.old.values, ...shards.left.values, ...shards.right.values, ...shards.merged.values].map(
      (value) => JSON.parse(value).id,
    ),
  );
  const { asked } = server;
  for (const [child, parent] of [
    ['left', 'old'],
    ['right', 'old'],
    ['merged', 'left'],
    ['merged', 'right'],
  ] as const) {
    expect(asked.indexOf(child)).toBeGreaterThan(asked.lastIndexOf(parent));
  }
  // Another run asks the closed ones only whether there is more.
  shards.merged.values.push('{"id": 33}');
  expect(await run()).toMatchObject({ rows: 1 });
});

test('an iterator that expired while a batch was written is asked for again, where it was', async () => {
  const expiring = { times: 0 };
  const { run } = await started({ one: { values: values(0, 6) } }, expiring);
  expiring.times = 1;
  expect(await run()).toMatchObject({ rows: 6 });
});
