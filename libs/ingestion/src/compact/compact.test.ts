import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { Dataset } from '../lake/dataset.ts';
import { readRows } from '../lake/read-rows.ts';
import { writePart } from '../part/write-part.ts';
import { openSession } from '../session/session.ts';
import { quoted } from '../session/sql-text.ts';
import { defineTable } from '../table/define-table.ts';
import { countIn, rowsIn, temporaryLake } from '../testing/temporary-lake.ts';
import { compact } from './compact.ts';

const orders = defineTable({
  columns: { id: 'BIGINT', amount: 'INTEGER', gone: 'BOOLEAN', changed: 'TIMESTAMP' },
  key: ['id'],
  watermark: 'changed',
});

const order = (id: number, amount: number, second: number, gone = false) => ({
  id,
  amount,
  gone,
  changed: new Date(Date.UTC(2024, 0, 1, 0, 0, second)),
});

async function lake(partitionBy: Record<string, string> = {}) {
  const here = await temporaryLake();
  return {
    from: here.dataset('raw', 'orders', { partitionBy }),
    to: here.dataset('curated', 'orders', { partitionBy }),
  };
}

let parts = 0;

async function write(dataset: Dataset, rows: object[], sequence: number): Promise<void> {
  await writePart({ dataset, table: orders, start: String(parts++), rows, sequence: BigInt(sequence) });
}

const amounts = async (dataset: Dataset) => (await rowsIn(dataset, 'id')).map(({ id, amount }) => [Number(id), amount]);

describe.each([[{}], [{ minute: "strftime(changed, '%H:%M')" }]])('by %o', (partitionBy) => {
  test('the latest row per key is left, the later one where watermarks are equal', async () => {
    const { from, to } = await lake(partitionBy);
    await write(from, [order(1, 10, 0), order(2, 20, 0), order(3, 30, 90)], 0);
    await write(from, [order(2, 21, 0), order(1, 11, 70), order(3, 31, 80)], 3);
    expect(await compact({ from, to, table: orders })).toMatchObject({ rows: 3, dropped: 3, unchanged: false });
    expect(await amounts(to)).toEqual([
      [1, 11],
      [2, 21],
      [3, 30],
    ]);
  });

  test('a second time nothing is done; after new rows the generation before is gone', async () => {
    const { from, to } = await lake(partitionBy);
    await write(from, [order(1, 10, 0), order(2, 20, 80)], 0);
    const first = await compact({ from, to, table: orders });
    expect(await compact({ from, to, table: orders })).toEqual({ ...first, unchanged: true });
    await write(from, [order(1, 0, 1, true)], 2);
    expect(await compact({ from, to, table: orders, keep: 'NOT gone' })).toMatchObject({ rows: 1, dropped: 2 });
    expect(await amounts(to)).toEqual([[2, 20]]);
    expect(await compact({ from, to, table: orders, keep: 'false' })).toMatchObject({ rows: 0, dropped: 3 });
    expect(await to.files()).toEqual([]);
  });
});

test('equal rows make equal bytes, whatever parts they came in', async () => {
  const contents: Buffer[] = [];
  for (const rows of [
    [[1, 2], [3]],
    [[3], [2], [1]],
  ]) {
    const { from, to } = await lake();
    for (const ids of rows)
      await write(
        from,
        ids.map((id) => order(id, id, id)),
        0,
      );
    const { files } = await compact({ from, to, table: orders });
    contents.push(await to.store.read(files[0] ?? ''));
  }
  expect(contents[0]?.equals(contents[1] ?? Buffer.of())).toBe(true);
});

test('of any states in any parts, the latest are left', async () => {
  const state = fc.record({ id: fc.nat(5), amount: fc.nat(99), second: fc.nat(3) });
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(state, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 4 }),
      async (written) => {
        const { from, to } = await lake();
        const latest = new Map<number, { amount: number; second: number }>();
        let sequence = 0;
        for (const states of written) {
          await write(
            from,
            states.map(({ id, amount, second }) => order(id, amount, second)),
            sequence,
          );
          for (const { id, ...given } of states) {
            if (given.second >= (latest.get(id)?.second ?? 0)) latest.set(id, given);
          }
          sequence += states.length;
        }
        await compact({ from, to, table: orders });
        expect(await amounts(to)).toEqual(
          [...latest].sort(([a], [b]) => a - b).map(([id, { amount }]) => [id, amount]),
        );
      },
    ),
    { numRuns: 15 },
  );
});

test('rows are read typed, of the last whole generation alone', async () => {
  const { from, to } = await lake({ minute: "strftime(changed, '%H:%M')" });
  await write(from, [order(1, 10, 0), order(2, 20, 61)], 0);
  await compact({ from, to, table: orders });
  // What a compaction that was killed left.
  await writePart({ dataset: to, table: orders, start: 'left', rows: [order(3, 0, 0)] });
  const rows = [];
  for await (const row of readRows({ dataset: to, table: orders, where: 'amount > 5' })) {
    expectTypeOf(row.id).toEqualTypeOf<bigint>();
    rows.push(row);
  }
  expect(rows.sort((a, b) => Number(a.id - b.id))).toEqual([
    { id: 1n, amount: 10, gone: false, changed: new Date('2024-01-01T00:00:00Z') },
    { id: 2n, amount: 20, gone: false, changed: new Date('2024-01-01T00:01:01Z') },
  ]);
  await write(from, [order(2, 30, 99)], 2);
  await compact({ from, to, table: orders });
  expect(await amounts(to)).toEqual([
    [1, 10],
    [2, 30],
  ]);
});

test('of a stream, offsets say what is later within a partition, and times between partitions', async () => {
  const { from, to } = await lake();
  const table = defineTable({ columns: { id: 'BIGINT', amount: 'INTEGER' }, key: ['id'] });
  const origin = { _partition: 'VARCHAR', _offset: 'BIGINT', _timestamp: 'TIMESTAMP' } as const;
  const at = (second: number) => new Date(Date.UTC(2024, 0, 1, 0, 0, second));
  const rows = [
    { id: 1, amount: 11, _partition: '0', _offset: 10, _timestamp: at(5) },
    // A clock that is behind.
    { id: 1, amount: 12, _partition: '0', _offset: 11, _timestamp: at(4) },
    { id: 2, amount: 21, _partition: '0', _offset: 12, _timestamp: at(6) },
    // Partitions were added, and the key is in another one since.
    { id: 2, amount: 22, _partition: '3', _offset: 0, _timestamp: at(9) },
    { id: 2, amount: 22, _partition: '3', _offset: 0, _timestamp: at(9) },
  ];
  await writePart({ dataset: from, table, start: '0', rows, origin });
  expect(await compact({ from, to, table })).toMatchObject({ rows: 2, dropped: 3 });
  expect(await amounts(to)).toEqual([
    [1, 12],
    [2, 22],
  ]);
});

test('a column that the table got later is null in older rows', async () => {
  const { from, to } = await lake();
  await write(from, [order(1, 10, 0)], 0);
  const table = defineTable({ columns: { ...orders.columns, note: 'VARCHAR?' }, key: ['id'], watermark: 'changed' });
  await writePart({ dataset: from, table, start: 'later', rows: [{ ...order(2, 20, 0), note: 'é' }], sequence: 1n });
  await compact({ from, to, table });
  expect((await rowsIn(to, 'id')).map(({ note }) => note)).toEqual([null, 'é']);
});

test('more than fits into memory goes to the scratch folder', async () => {
  const { from, to } = await lake();
  const wide = defineTable({ columns: { id: 'BIGINT', state: 'INTEGER', text: 'VARCHAR' }, key: ['id'] });
  const text = 'md5(i::VARCHAR) || md5((i + 1)::VARCHAR) || md5((i + 2)::VARCHAR)';
  await using session = await openSession();
  for (const state of [0, 1]) {
    const file = from.local(`${from.folder}/part-${state}.parquet`) ?? '';
    mkdirSync(dirname(file), { recursive: true });
    const rows = `SELECT (i * 7919) % 1000000 AS id, ${state} AS state, ${text} AS text, i + ${state} * 1000000 AS _sequence`;
    await session.database.run(`COPY (${rows} FROM range(1000000) t(i)) TO ${quoted(file)} (FORMAT parquet)`);
  }
  // Of 224 MB.
  expect(await compact({ from, to, table: wide, memory: '100MB', threads: 1 })).toMatchObject({
    rows: 1_000_000,
    dropped: 1_000_000,
  });
  expect(await countIn(to, 'count(DISTINCT id) FILTER (state = 1)')).toBe(1_000_000);
});

test('what can not be compacted is told', async () => {
  const { from, to } = await lake();
  await write(from, [order(1, 10, 0)], 0);
  const keyless = defineTable({ columns: orders.columns });
  await expect(compact({ from, to, table: keyless })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('no key'),
  });
  await expect(compact({ from, to, table: orders, keep: 'gon' })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining('gon'),
  });
  await from.store.write(`${from.folder}/part-x.parquet`, 'PAR1 no');
  await expect(compact({ from, to, table: orders })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('part-x'),
  });
});
