import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { openSession } from '../session/session.ts';
import { defineTable } from '../table/define-table.ts';
import { refusedIn, rowsIn, temporaryFolder, temporaryLake } from '../testing/temporary-lake.ts';
import { type Rows, unreadable } from './rows.ts';
import { writePart } from './write-part.ts';

const orders = defineTable({
  columns: { id: 'BIGINT', amount: 'DECIMAL(12,2)', note: 'VARCHAR?', changed: 'TIMESTAMP' },
  key: ['id'],
  watermark: 'changed',
  checks: { positive: 'amount > 0' },
});

const order = (id: number, values: object = {}) => ({
  id,
  amount: '1.50',
  note: null,
  changed: '2024-05-01T10:00:00Z',
  ...values,
});

async function rawOrders(partitionBy: Record<string, string> | string[] = []) {
  return (await temporaryLake()).dataset('raw', 'orders', { partitionBy });
}

test('good rows are written typed, and others go to quarantine with the reason and what came', async () => {
  const dataset = await rawOrders();
  const rows = [
    order(9_007_199_254_740_991),
    order(2, { amount: 'much' }),
    order(3, { amount: -1 }),
    order(4, { id: null, extra: true }),
    order(5, { changed: '2024-05-01T12:30:00+02:00', note: 'é' }),
    order(6, { id: 1.5 }),
    order(7, { id: '12345678901234567' }),
    unreadable('no JSON', '{{'),
  ];
  const written = await writePart({ dataset, table: orders, start: 'a', rows, sequence: 40n });
  expect(written).toEqual({
    rows: 3,
    quarantined: 5,
    files: ['raw/orders/part-a.parquet', 'raw/_quarantine/orders/part-a.parquet'],
    extra: ['extra'],
    highest: '2024-05-01T10:30:00.000000Z',
  });
  expect(await rowsIn(dataset, '_sequence')).toEqual([
    { id: '9007199254740991', amount: '1.50', note: null, changed: '2024-05-01 10:00:00', _sequence: '40' },
    { id: '5', amount: '1.50', note: 'é', changed: '2024-05-01 10:30:00', _sequence: '44' },
    { id: '12345678901234567', amount: '1.50', note: null, changed: '2024-05-01 10:00:00', _sequence: '46' },
  ]);
  const refused = await refusedIn(dataset);
  expect(Object.fromEntries(refused.map(({ reason, columns }) => [reason, columns]))).toEqual({
    "amount: 'much' is no DECIMAL(12,2)": ['amount'],
    'positive: amount > 0 does not hold': [],
    'id: there is no value': ['id'],
    "id: '1.5' is no BIGINT": ['id'],
    'no JSON': [],
  });
  expect(refused.map(({ raw }) => raw)).toContain('{{');
  expect(refused.map(({ raw }) => raw)).toContain(JSON.stringify(order(2, { amount: 'much' })));
});

test('every type comes through, from JSON and from Parquet', async () => {
  const everything = defineTable({
    columns: {
      a: 'BOOLEAN',
      b: 'UTINYINT',
      c: 'DECIMAL(38,0)',
      d: 'DOUBLE',
      e: 'BLOB',
      f: 'DATE',
      g: 'TIME',
      h: 'TIMESTAMPTZ',
      i: 'UUID',
      j: 'JSON',
      k: 'JSON?',
      l: 'FLOAT',
    },
  });
  const dataset = await rawOrders();
  const row = {
    a: true,
    b: 255,
    c: 17_014_118_346_046_923_173_168_730_371_588_410_572n,
    d: Number.NaN,
    e: Buffer.from([0, 255]),
    f: '2024-02-29',
    g: '23:59:59.5',
    h: new Date(1_700_000_000_123),
    i: '8c7d1fd2-33a5-4bd6-a7e0-0a3b0ae5b0a1',
    j: '{"a":[1,null]}',
    k: null,
    l: 0.5,
  };
  await writePart({ dataset, table: everything, start: 'json', rows: [row, { ...row, j: { deep: ['x'] } }] });
  const [first, second] = await rowsIn(dataset, 'j');
  expect(first).toEqual({
    ...row,
    b: 255,
    c: String(row.c),
    d: 'NaN',
    e: '\\x00\\xFF',
    h: '2023-11-14 22:13:20.123+00',
    j: '{"a":[1,null]}',
  });
  expect(second?.j).toBe('{"deep":["x"]}');
  const file = dataset.local('raw/orders/part-json.parquet') ?? '';
  const again = (await temporaryLake()).dataset('raw', 'orders');
  await writePart({ dataset: again, table: everything, start: 'json', rows: { file, format: 'parquet' } });
  expect(await rowsIn(again, 'j')).toEqual([first, second]);
});

describe('files', () => {
  const text = 'id,amount,note,changed\r\n1,2.50,"a, ""b""\nc",2024-05-01\r\n2,3,,2024-05-02\n3,4\n4,x,,2024-05-02\n';
  const lines = `${JSON.stringify(order(1))}\n\n{"id": 2,\n[]\n${JSON.stringify(order(3))}`;
  const array = JSON.stringify([order(1), order(2), 7]);
  const cases: [
    name: string,
    content: string | Buffer,
    format: 'csv' | 'json' | 'ndjson',
    good: number,
    bad: number,
  ][] = [
    ['a.csv', text, 'csv', 2, 2],
    ['a.csv.gz', gzipSync(text), 'csv', 2, 2],
    ['a.csv.zst', zstdCompressSync(text), 'csv', 2, 2],
    ['b.csv', text.replaceAll(',', ';').replace('a; ', 'a, ').replaceAll('\r', ''), 'csv', 2, 2],
    ['empty.csv', 'id,amount,note,changed\n', 'csv', 0, 0],
    ['a.ndjson', lines, 'ndjson', 2, 2],
    ['a.ndjson.gz', gzipSync(lines), 'ndjson', 2, 2],
    ['a.json', array, 'json', 2, 1],
    ['a.json.zst', zstdCompressSync(array), 'json', 2, 1],
    [
      'latin.csv',
      Buffer.from('id,amount,note,changed\n1,2,caf\xe9,2024-05-01\n2,2,b,2024-05-01\n', 'latin1'),
      'csv',
      1,
      1,
    ],
    ['latin.ndjson', Buffer.from(`${JSON.stringify(order(1, { note: 'caf\xe9' }))}\n`, 'latin1'), 'ndjson', 0, 1],
  ];
  test.each(cases)('%s: bad lines are refused, and no other', async (name, content, format, good, bad) => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, content);
    const dataset = await rawOrders();
    expect(await writePart({ dataset, table: orders, start: 's', rows: { file, format } })).toMatchObject({
      rows: good,
      quarantined: bad,
    });
    expect(await rowsIn(dataset)).toHaveLength(good);
    expect(await refusedIn(dataset)).toHaveLength(bad);
  });

  const broken: [
    name: string,
    content: string | Buffer,
    format: Exclude<Rows, Iterable<object> | AsyncIterable<object>>['format'],
  ][] = [
    ['cut.csv.gz', gzipSync(text.repeat(99)).subarray(0, 60), 'csv'],
    ['cut.ndjson.zst', zstdCompressSync(lines.repeat(99)).subarray(0, 40), 'ndjson'],
    ['text.parquet', text, 'parquet'],
    ['cut.json', array.slice(0, 100), 'json'],
  ];
  test.each(broken)('%s is no such file', async (name, content, format) => {
    const file = join(temporaryFolder(), name);
    writeFileSync(file, content);
    const dataset = await rawOrders();
    await expect(writePart({ dataset, table: orders, start: 's', rows: { file, format } })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining(name),
    });
    expect(await dataset.files()).toEqual([]);
  });
});

test('the same start replaces what it wrote, in every partition, and its quarantine', async () => {
  const dataset = await rawOrders({ day: 'changed::DATE' });
  const part = (start: string, rows: object[]) => writePart({ dataset, table: orders, start, rows });
  await part('0', [order(1), order(2, { changed: '2024-05-02' }), order(3, { amount: 0 })]);
  expect(await dataset.files()).toEqual([
    'raw/orders/day=2024-05-01/part-0.parquet',
    'raw/orders/day=2024-05-02/part-0.parquet',
  ]);
  await part('0', [order(2)]);
  expect(await dataset.files()).toEqual(['raw/orders/day=2024-05-01/part-0.parquet']);
  expect(await dataset.quarantined()).toEqual([]);
  await part('1', [order(4, { changed: '2024-05-02' })]);
  await part('1', []);
  expect(await rowsIn(dataset)).toEqual([
    { id: '2', amount: '1.50', note: null, changed: '2024-05-01 10:00:00', day: '2024-05-01' },
  ]);
});

test('partitions by columns may hold anything that a text can', async () => {
  const dataset = await rawOrders(['note']);
  const notes = ['a/b', '..', 'x=y', '100%', 'é', '', null, ' '];
  await writePart({ dataset, table: orders, start: '0', rows: notes.map((note, id) => order(id, { note })) });
  const back = await rowsIn(dataset, 'id');
  // An empty text and none are one partition: so hive's layout has it.
  expect(back.map(({ note }) => note || null)).toEqual(notes.map((note) => note || null));
});

test('a process that lost its right writes nothing, one that is late writes over nothing', async () => {
  const dataset = await rawOrders();
  await writePart({ dataset, table: orders, start: '0', rows: [order(1)] });
  const lost = Promise.reject(new Error('lost'));
  lost.catch(() => undefined);
  const mine = { dataset, table: orders, start: '0', rows: [order(2)] };
  await expect(writePart({ ...mine, guard: () => lost })).rejects.toThrow('lost');
  const late = writePart({
    ...mine,
    guard: async () => {
      await writePart({ dataset, table: orders, start: '0', rows: [order(3), order(4)] });
    },
  });
  await expect(late).rejects.toMatchObject({ code: 'busy' });
  expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['3', '4']);
});

describe('drift', () => {
  const many = (values: object) => Array.from({ length: 20 }, (_, id) => order(id, values));

  test.each([
    [
      'a type that changed',
      many({ amount: { value: 1 } }),
      /no value of column amount is the DECIMAL\(12,2\).*20 rows: amount: '{"value":1}'/,
    ],
    ['a column that is gone', many({ id: undefined }), /no value of column id is the BIGINT.*id: there is no value/],
  ])('%s is an error that names it, and nothing is written', async (_, rows, message) => {
    const dataset = await rawOrders();
    await expect(writePart({ dataset, table: orders, start: '0', rows })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(message),
      hint: expect.stringContaining('nothing was written'),
    });
    expect([...(await dataset.files()), ...(await dataset.quarantined())]).toEqual([]);
    expect(await writePart({ dataset, table: orders, start: '0', rows, drift: 'quarantine' })).toMatchObject({
      quarantined: 20,
    });
  });

  test('a header without a column is one, however few rows there are', async () => {
    const file = join(temporaryFolder(), 'a.csv');
    writeFileSync(file, 'id,amount,changed\n');
    const dataset = await rawOrders();
    const part = { dataset, table: orders, start: '0', rows: { file, format: 'csv' as const } };
    await expect(writePart(part)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/there is no column note \(VARCHAR\?\); there are id, amount, changed/),
    });
  });

  test('too many refused rows are one error, with examples', async () => {
    const dataset = await rawOrders();
    const rows = Array.from({ length: 100 }, (_, id) => order(id, id % 4 ? {} : { amount: 'x' }));
    const part = { dataset, table: orders, start: '0', rows };
    await expect(writePart({ ...part, maxQuarantinedShare: 0.2 })).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(/25 of 100 rows were refused.*0\.2.*amount: 'x' is no DECIMAL/),
    });
    expect(await dataset.files()).toEqual([]);
    expect(await writePart({ ...part, maxQuarantinedShare: 0.25 })).toMatchObject({ rows: 75, quarantined: 25 });
  });
});

test('a watermark in the future is refused, and is not the highest', async () => {
  const dataset = await rawOrders();
  const rows = [order(1), order(2, { changed: '2999-01-01' })];
  const written = await writePart({ dataset, table: orders, start: '0', rows, notAfter: new Date('2024-06-01') });
  expect(written).toMatchObject({ rows: 1, quarantined: 1, highest: '2024-05-01T10:00:00.000000Z' });
  expect(await refusedIn(dataset)).toMatchObject([
    { reason: 'changed: 2999-01-01 00:00:00 lies in the future', columns: ['changed'] },
  ]);
});

test.each([
  [{ checks: { odd: 'amuont > 0' } }, /check odd, amuont > 0: .*amuont/],
  [{ checks: { odd: 'amount > ' } }, /check odd/],
])('a check that is no SQL is named: %o', async ({ checks }, message) => {
  const dataset = await rawOrders();
  const table = defineTable({ columns: { amount: 'DOUBLE' }, checks });
  await expect(writePart({ dataset, table, start: '0', rows: [{ amount: 1 }] })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(message),
  });
});

test('no field of a row is taken for what is wrong with it', async () => {
  const dataset = await rawOrders();
  const row = order(1, { _problem: 'mine', _raw: 'too' });
  expect(await writePart({ dataset, table: orders, start: 'rows', rows: [row] })).toMatchObject({
    rows: 1,
    quarantined: 0,
  });
  const file = join(temporaryFolder(), 'a.ndjson');
  writeFileSync(file, JSON.stringify(row));
  const rows = { file, format: 'ndjson' as const };
  expect(await writePart({ dataset, table: orders, start: 'file', rows })).toMatchObject({ rows: 1, quarantined: 0 });
});

test('a line that is too long is refused, and no other', async () => {
  const file = join(temporaryFolder(), 'a.ndjson');
  const long = order(2, { note: 'x'.repeat(9 * 1024 * 1024) });
  writeFileSync(file, [order(1), long, order(3)].map((row) => JSON.stringify(row)).join('\n'));
  const dataset = await rawOrders();
  expect(await writePart({ dataset, table: orders, start: '0', rows: { file, format: 'ndjson' } })).toMatchObject({
    rows: 2,
    quarantined: 1,
  });
});

test('what DuckDB does not take is told', async () => {
  const dataset = await rawOrders();
  await expect(writePart({ dataset, table: orders, start: '0', rows: [], memory: 'much' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('much'),
  });
});

test('one session writes many parts, with metadata of each row, and leaves nothing in its folder', async () => {
  const dataset = await rawOrders();
  await using session = await openSession();
  for (const partition of [0, 1]) {
    const rows = [order(1, { _offset: 5 }), unreadable('poison', 'AAA=', { _offset: 6 })];
    await writePart({ dataset, table: orders, start: `${partition}-5`, rows, origin: { _offset: 'BIGINT' }, session });
  }
  expect((await rowsIn(dataset)).map(({ _offset }) => _offset)).toEqual(['5', '5']);
  expect((await refusedIn(dataset)).map(({ _offset, raw }) => [_offset, raw])).toEqual([
    ['6', 'AAA='],
    ['6', 'AAA='],
  ]);
  const { readdirSync } = await import('node:fs');
  expect(readdirSync(session.folder).filter((name) => name.startsWith('part'))).toEqual([]);
});
