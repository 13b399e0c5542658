import { startMoto } from '@ml-platform/messaging/testing/moto-server';
import { openStore } from '@ml-platform/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { compact } from './compact/compact.ts';
import { ingest } from './ingest.ts';
import { openLake } from './lake/open-lake.ts';
import { readRows } from './lake/read-rows.ts';
import { writePart } from './part/write-part.ts';
import { filesSource } from './sources/files/files-source.ts';
import { defineTable, type RowOf } from './table/define-table.ts';

let moto: Awaited<ReturnType<typeof startMoto>> | undefined;

beforeAll(async () => {
  moto = await startMoto();
  vi.stubEnv('AWS_ENDPOINT_URL', moto.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  for (const bucket of ['lake', 'inbox']) await fetch(`${moto.url}/${bucket}`, { method: 'PUT' });
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await moto?.stop();
});

const orders = defineTable({
  columns: { id: 'BIGINT', amount: 'DOUBLE', day: 'DATE', name: 'VARCHAR' },
  key: ['id'],
});

test('files of a bucket come into a lake in a bucket, are compacted and read', async () => {
  const inbox = await openStore('s3://inbox/orders');
  const lake = await openLake('s3://lake/shop');
  const raw = lake.dataset('raw', 'orders', { partitionBy: ['day', 'name'] });
  const curated = lake.dataset('curated', 'orders', { partitionBy: ['name'] });
  const source = filesSource({ files: 's3://inbox/orders/2024-*/*.csv' });
  const run = () => ingest({ source, table: orders, dataset: raw, maxQuarantinedShare: 1 });
  await inbox.write('2024-05/1.csv', 'id,amount,day,name\n1,1,2024-05-01,a b\n2,2,2024-05-02,é/ö\n3,x,2024-05-01,a\n');
  await inbox.write('2023-05/1.csv', 'no table');
  expect(await run()).toMatchObject({ rows: 2, quarantined: 1 });
  expect(await raw.files()).toHaveLength(2);
  expect(await raw.quarantined()).toHaveLength(1);
  expect(await run()).toMatchObject({ rows: 0 });
  await inbox.write('2024-05/1.csv', 'id,amount,day,name\n1,1,2024-05-01,a b\n');
  await inbox.write('2024-06/2.csv', 'id,amount,day,name\n1,5,2024-05-01,a b\n4,4,2024-05-02,c=d&e\n');
  expect(await run()).toMatchObject({ rows: 3 });
  expect(await raw.quarantined()).toEqual([]);
  expect(await compact({ from: raw, to: curated, table: orders })).toMatchObject({ rows: 2, dropped: 1 });
  const rows: RowOf<typeof orders>[] = [];
  for await (const row of readRows({ dataset: curated, table: orders })) rows.push(row);
  const day = (text: string) => new Date(`${text}T00:00:00Z`);
  expect(rows.sort((one, other) => Number(one.id - other.id))).toEqual([
    { id: 1n, amount: 5, day: day('2024-05-01'), name: 'a b' },
    { id: 4n, amount: 4, day: day('2024-05-02'), name: 'c=d&e' },
  ]);
});

test('of two runs at once one is told so, and late parts write over nothing', async () => {
  const lake = await openLake('s3://lake/twice');
  const dataset = lake.dataset('raw', 'orders');
  const inbox = await openStore('s3://inbox/twice');
  for (let file = 0; file < 5; file++) await inbox.write(`${file}.csv`, `id,amount,day,name\n${file},1,2024-05-01,a\n`);
  const run = () => ingest({ source: filesSource({ files: 's3://inbox/twice/*.csv' }), table: orders, dataset });
  const runs = await Promise.allSettled([run(), run(), run()]);
  expect(runs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const one of runs) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'busy' });
  const row = { id: 9, amount: 1, day: '2024-05-01', name: 'late' };
  const late = writePart({
    dataset,
    table: orders,
    start: 'late',
    rows: [row],
    guard: async () => void (await writePart({ dataset, table: orders, start: 'late', rows: [{ ...row, id: 10 }] })),
  });
  await expect(late).rejects.toMatchObject({ code: 'busy' });
  const ids: bigint[] = [];
  for await (const { id } of readRows({ dataset, table: orders })) ids.push(id);
  expect(ids.sort()).toEqual([0n, 10n, 1n, 2n, 3n, 4n].sort());
});

test('a bucket that is not there is told', async () => {
  const dataset = (await openLake('s3://nowhere/x')).dataset('raw', 'orders');
  const source = filesSource({ files: 's3://inbox/orders/2024-05/1.csv' });
  await expect(ingest({ source, table: orders, dataset })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('s3://nowhere/x'),
  });
});
