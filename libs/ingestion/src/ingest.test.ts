import { DatabaseSync } from 'node:sqlite';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ingest } from './ingest.ts';
import type { Lake } from './lake/open-lake.ts';
import { sqliteSource } from './sources/sqlite/sqlite-source.ts';
import { defineTable } from './table/define-table.ts';
import { refusedIn, rowsIn, temporaryFolder, temporaryLake } from './testing/temporary-lake.ts';

const orders = defineTable({
  columns: { id: 'BIGINT', amount: 'DOUBLE', changed: 'TIMESTAMP' },
  key: ['id'],
  watermark: 'changed',
});

interface Shop {
  readonly file: string;
  readonly database: DatabaseSync;
  readonly lake: Lake;
}

async function shop(): Promise<Shop> {
  const file = join(temporaryFolder(), 'shop.db');
  const database = new DatabaseSync(file);
  database.exec('CREATE TABLE orders (id INTEGER, amount REAL, changed TEXT, note TEXT)');
  return { file, database, lake: await temporaryLake() };
}

function put(
  { database }: Shop,
  ...rows: [id: number | null, amount: number | string, changed: string | null][]
): void {
  for (const row of rows) database.prepare('INSERT INTO orders (id, amount, changed) VALUES (?, ?, ?)').run(...row);
}

describe('a table with a watermark', () => {
  test('a run reads what is new, and a run with nothing new changes nothing', async () => {
    const here = await shop();
    const dataset = here.lake.dataset('raw', 'orders', { partitionBy: { day: 'changed::DATE' } });
    const run = (lookback = 0) =>
      ingest({
        source: sqliteSource({ file: here.file, table: 'orders', rowsPerPart: 2, lookback }),
        table: orders,
        dataset,
      });
    expect(await run()).toMatchObject({ rows: 0, position: undefined });
    put(here, [1, 1, '2024-05-01 10:00:00'], [3, 3, '2024-05-01 10:00:01'], [2, 2, '2024-05-01 10:00:01']);
    expect(await run()).toMatchObject({ rows: 3, quarantined: 0, extra: ['note'] });
    const files = await dataset.files();
    expect(await run()).toMatchObject({ rows: 0 });
    expect(await dataset.files()).toEqual(files);
    put(here, [4, 4, '2024-05-01 10:00:01'], [5, 5, '2024-05-02 10:00:00']);
    expect(await run()).toMatchObject({ rows: 2 });
    expect((await rowsIn(dataset, '_sequence')).map(({ id, _sequence }) => [id, _sequence])).toEqual(
      [1, 2, 3, 4, 5].map((id) => [String(id), String(id - 1)]),
    );
    // What is read again because it may have been late has the name that it had.
    put(here, [6, 6, '2024-05-02 09:59:59.5']);
    expect(await run(1000)).toMatchObject({ rows: 2 });
    const after = await dataset.files();
    expect(await run(1000)).toMatchObject({ rows: 2 });
    expect(await dataset.files()).toEqual(after);
    expect((await rowsIn(dataset, 'ALL')).map(({ id }) => id)).toEqual(['1', '2', '3', '4', '5', '5', '6']);
  });

  test('rows that no order has a place for are in quarantine until they are mended', async () => {
    const here = await shop();
    const dataset = here.lake.dataset('raw', 'orders');
    const run = () =>
      ingest({
        source: sqliteSource({ file: here.file, table: 'orders' }),
        table: orders,
        dataset,
        maxQuarantinedShare: 1,
      });
    put(
      here,
      [1, 1, '2024-05-01'],
      [2, 2, null],
      [null, 3, '2024-05-01'],
      [4, 4, '2999-05-01'],
      [5, 'x', '2024-05-01'],
    );
    expect(await run()).toMatchObject({ rows: 1, quarantined: 4 });
    expect((await refusedIn(dataset)).map(({ reason }) => reason).sort()).toEqual([
      "amount: 'x' is no DOUBLE",
      'changed: 2999-05-01 00:00:00 lies in the future',
      'changed: there is no value',
      'id: there is no value',
    ]);
    here.database.exec("UPDATE orders SET changed = '2024-05-02' WHERE id IN (2, 4)");
    put(here, [6, 6, '2024-05-03']);
    expect(await run()).toMatchObject({ rows: 3, quarantined: 1 });
    expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['1', '2', '4', '6']);
  });
});

test('a table without a watermark is read whole, in place of what was read before', async () => {
  const here = await shop();
  const { watermark: _, ...bare } = orders;
  const table = { ...bare, watermark: undefined };
  const dataset = here.lake.dataset('raw', 'orders', { partitionBy: ['amount'] });
  const run = () =>
    ingest({ source: sqliteSource({ file: here.file, table: 'orders', rowsPerPart: 2 }), table, dataset });
  put(here, [1, 1, '2024-05-01'], [2, 1, '2024-05-01'], [3, 2, '2024-05-01']);
  expect(await run()).toMatchObject({ rows: 3, parts: 2 });
  here.database.exec('DELETE FROM orders WHERE id > 1');
  expect(await run()).toMatchObject({ rows: 1, parts: 1, position: { reading: 2, open: false } });
  expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['1']);
  here.database.exec('DELETE FROM orders');
  expect(await run()).toMatchObject({ rows: 0 });
  expect(await dataset.files()).toEqual([]);
});

test('a position of another source is refused', async () => {
  const here = await shop();
  put(here, [1, 1, '2024-05-01']);
  const dataset = here.lake.dataset('raw', 'orders');
  const run = (from: { table: string } | { query: string }) =>
    ingest({ source: sqliteSource({ file: here.file, ...from }), table: orders, dataset });
  await run({ table: 'orders' });
  await expect(run({ query: 'SELECT * FROM orders' })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/was read from sqlite orders, and now from sqlite query \w+/),
  });
});

test.each([
  [{ table: 'nothing' }, 'notFound', /shop\.db: no such table: nothing/],
  [
    { query: 'SELECT id, amount FROM orders' },
    'data',
    /there is no column changed \(TIMESTAMP\); there are id, amount/,
  ],
  [{ query: 'SELECT FROM' }, 'config', /syntax error/],
])('%o is %s', async (from, code, message) => {
  const here = await shop();
  const dataset = here.lake.dataset('raw', 'orders');
  const run = ingest({ source: sqliteSource({ file: here.file, ...from }), table: orders, dataset });
  await expect(run).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
});

test('of two runs at once one is told so', async () => {
  const here = await shop();
  put(here, [1, 1, '2024-05-01'], [2, 2, '2024-05-02']);
  const dataset = here.lake.dataset('raw', 'orders');
  const source = sqliteSource({ file: here.file, table: 'orders', rowsPerPart: 1 });
  const runs = await Promise.allSettled([0, 1, 2].map(() => ingest({ source, table: orders, dataset })));
  expect(runs.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const run of runs) if (run.status === 'rejected') expect(run.reason).toMatchObject({ code: 'busy' });
  expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['1', '2']);
});

test('too many refused rows end a run, and what it wrote before is kept', async () => {
  const here = await shop();
  for (let id = 0; id < 200; id++) put(here, [id, id >= 100 && id % 2 ? 'x' : id, '2024-05-01']);
  const dataset = here.lake.dataset('raw', 'orders');
  const run = (maxQuarantinedShare?: number) =>
    ingest({
      source: sqliteSource({ file: here.file, table: 'orders', rowsPerPart: 80 }),
      table: orders,
      dataset,
      ...(maxQuarantinedShare !== undefined && { maxQuarantinedShare }),
    });
  await expect(run()).rejects.toMatchObject({
    code: 'data',
    message: expect.stringMatching(/30 of 160 rows were refused.*amount: 'x' is no DOUBLE/),
  });
  expect(await rowsIn(dataset)).toHaveLength(80);
  expect(await run(1)).toMatchObject({ rows: 70, quarantined: 50 });
  await expect(run(1.5)).rejects.toMatchObject({ code: 'usage' });
});

test('a source that can not be read is told, whatever it is', async () => {
  const dataset = (await temporaryLake()).dataset('raw', 'orders');
  const missing = sqliteSource({ file: '/no/such.db', table: 'orders' });
  await expect(ingest({ source: missing, table: orders, dataset })).rejects.toMatchObject({ code: 'notFound' });
  const file = join(temporaryFolder(), 'text.db');
  writeFileSync(file, 'no database at all, but a text that is long enough to be taken for one');
  const text = sqliteSource({ file, table: 'orders' });
  await expect(ingest({ source: text, table: orders, dataset })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('not a database'),
  });
  for (const options of [
    {},
    { table: 'a', query: 'b' },
    { table: 'a', rowsPerPart: 0 },
    { table: 'a', lookback: -1 },
  ]) {
    expect(() => sqliteSource({ file, ...options })).toThrow(/sqlite/);
  }
});
