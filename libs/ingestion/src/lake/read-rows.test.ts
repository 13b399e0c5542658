import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { writePart } from '../part/write-part.ts';
import { openSession, rowsOf } from '../session/session.ts';
import { quoted } from '../session/sql-text.ts';
import { defineTable } from '../table/define-table.ts';
import { temporaryFolder, temporaryLake } from '../testing/temporary-lake.ts';
import { exportRows, readRows } from './read-rows.ts';

const orders = defineTable({
  columns: { id: 'BIGINT', day: 'DATE', at: 'TIME', tag: 'UUID', more: 'JSON?', note: 'VARCHAR?' },
  key: ['id'],
});

const tag = '8c7d1fd2-33a5-4bd6-a7e0-0a3b0ae5b0a1';
const order = (id: number) => ({
  id,
  day: '2024-05-01',
  at: '10:00:00',
  tag,
  more: { a: id },
  note: id % 2 ? 'é' : null,
});

async function dataset(partitionBy: string[]) {
  const made = (await temporaryLake()).dataset('raw', 'orders', { partitionBy });
  for (const start of [1, 0]) {
    const rows = Array.from({ length: 50 }, (_, index) => order(index * 2 + start));
    await writePart({ dataset: made, table: orders, start: String(start), rows, sequence: 0n });
  }
  return made;
}

test('rows come back typed, from partitions too', async () => {
  const ids: bigint[] = [];
  for await (const row of readRows({ dataset: await dataset(['day', 'note']), table: orders, where: 'id < 3' })) {
    ids.push(row.id);
    expect(row).toEqual({
      id: row.id,
      day: new Date('2024-05-01T00:00:00Z'),
      at: '10:00:00',
      tag,
      more: `{"a":${row.id}}`,
      note: row.id % 2n ? 'é' : null,
    });
  }
  expect(ids.sort()).toEqual([0n, 1n, 2n]);
});

test('rows are exported in the order of the key, to equal bytes from whatever layout', async () => {
  const folder = temporaryFolder();
  const files: Buffer[] = [];
  for (const partitionBy of [[], ['note']]) {
    const file = join(folder, `${partitionBy.length}.parquet`);
    expect(await exportRows({ dataset: await dataset(partitionBy), table: orders, file })).toEqual({ rows: 100 });
    files.push(readFileSync(file));
  }
  expect(files[0]?.equals(files[1] ?? Buffer.of())).toBe(true);
});

test('a dataset that is not there has no rows, and is exported with its columns', async () => {
  const empty = (await temporaryLake()).dataset('raw', 'orders');
  for await (const _ of readRows({ dataset: empty, table: orders })) expect.unreachable();
  const file = join(temporaryFolder(), 'a.parquet');
  expect(await exportRows({ dataset: empty, table: orders, file })).toEqual({ rows: 0 });
  await using session = await openSession();
  const found = await rowsOf<{ name: string }>(
    session.database,
    `SELECT column_name AS name FROM (DESCRIBE SELECT * FROM ${quoted(file)})`,
  );
  expect(found.map(({ name }) => name)).toEqual(Object.keys(orders.columns));
});

test('an export to a folder that is not there is told', async () => {
  const file = join(temporaryFolder(), 'no/such/a.parquet');
  await expect(exportRows({ dataset: await dataset([]), table: orders, file })).rejects.toThrow(/no\/such/);
});
