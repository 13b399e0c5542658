import { mkdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ingest } from '../../ingest.ts';
import { defineTable } from '../../table/define-table.ts';
import { refusedIn, rowsIn, temporaryFolder, temporaryLake } from '../../testing/temporary-lake.ts';
import { type FilesSourceOptions, filesSource } from './files-source.ts';

const orders = defineTable({ columns: { id: 'BIGINT', day: 'DATE' }, key: ['id'] });

async function inbox(partitionBy: string[] = ['day']) {
  const folder = temporaryFolder();
  const dataset = (await temporaryLake()).dataset('raw', 'orders', { partitionBy });
  const run = (files: string | string[] = '*/*.{csv,csv.gz,ndjson}', options: Partial<FilesSourceOptions> = {}) => {
    const patterns = [files].flat().map((pattern) => join(folder, pattern));
    const source = filesSource({ files: patterns, name: 'inbox', ...options });
    return ingest({ source, table: orders, dataset, maxQuarantinedShare: 1 });
  };
  let time = 1_700_000_000;
  const put = (name: string, content: string | Buffer) => {
    mkdirSync(join(folder, name, '..'), { recursive: true });
    writeFileSync(join(folder, name), content);
    utimesSync(join(folder, name), time, time++);
  };
  return { folder, dataset, run, put };
}

const csv = (...ids: number[]) => `id,day\n${ids.map((id) => `${id},2024-05-0${1 + (id % 3)}\n`).join('')}`;

test('each file is read once, and anew where it has changed, in place of what it was', async () => {
  const { folder, dataset, run, put } = await inbox();
  put('b/2.csv', csv(1, 2, 3));
  put('a/1.csv.gz', gzipSync(csv(4, 5)));
  put('a/3.ndjson', '{"id": 6, "day": "2024-05-01"}\nnope\n');
  put('a/skipped.txt', 'x');
  expect(await run()).toMatchObject({ rows: 6, quarantined: 1, parts: 3 });
  const rows = await rowsIn(dataset, '_sequence');
  expect(rows.map(({ id, _file }) => [Number(id), String(_file).slice(folder.length + 1)])).toEqual([
    [1, 'b/2.csv'],
    [2, 'b/2.csv'],
    [3, 'b/2.csv'],
    [4, 'a/1.csv.gz'],
    [5, 'a/1.csv.gz'],
    [6, 'a/3.ndjson'],
  ]);
  expect(await refusedIn(dataset)).toMatchObject([{ raw: 'nope', _file: join(folder, 'a/3.ndjson') }]);
  expect(await run()).toMatchObject({ rows: 0, parts: 0 });
  put('b/2.csv', csv(3, 7));
  put('b/4.csv', csv(8));
  rmSync(join(folder, 'a/1.csv.gz'));
  expect(await run()).toMatchObject({ rows: 3, parts: 2 });
  expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual([3, 4, 5, 6, 7, 8]);
});

test('relative patterns begin in a folder, and names do not tell which', async () => {
  const { folder, dataset, put } = await inbox();
  put('a/1.csv', csv(1));
  const source = filesSource({ files: 'a/*.csv', from: folder });
  expect(await ingest({ source, table: orders, dataset })).toMatchObject({ rows: 1 });
  expect(await rowsIn(dataset)).toMatchObject([{ _file: 'a/1.csv' }]);
});

test('a file that has just been written is left for later', async () => {
  const { folder, run, put } = await inbox();
  put('a/1.csv', csv(1));
  writeFileSync(join(folder, 'a/2.csv'), csv(2));
  expect(await run('a/*.csv', { olderThanMilliseconds: 60_000 })).toMatchObject({ rows: 1 });
  expect(await run('a/*.csv')).toMatchObject({ rows: 1 });
});

test('a damaged file is named; those before it are kept, and those behind it are read when it is mended', async () => {
  const { dataset, run, put } = await inbox();
  put('a/1.csv', csv(1));
  put('a/2.csv.gz', gzipSync(csv(2, 3).repeat(99)).subarray(0, 40));
  put('a/3.csv', csv(4));
  await expect(run()).rejects.toMatchObject({
    code: 'data',
    message: expect.stringMatching(/a\/2\.csv\.gz can't be read as csv: unexpected end of file/),
  });
  expect((await rowsIn(dataset)).map(({ id }) => id)).toEqual(['1']);
  put('a/2.csv.gz', gzipSync(csv(2, 3)));
  await run();
  expect((await rowsIn(dataset, 'id')).map(({ id }) => Number(id))).toEqual([1, 2, 3, 4]);
});

test('a hundred files', async () => {
  const { dataset, run, put } = await inbox([]);
  for (let file = 0; file < 100; file++) put(`a/${file}.csv`, csv(file));
  expect(await run('a/*.csv')).toMatchObject({ rows: 100, parts: 100 });
  expect(await run('a/*.csv')).toMatchObject({ rows: 0 });
  expect(await dataset.files()).toHaveLength(100);
});

describe('what is wrong is told', () => {
  test.each([
    ['a file that is not there', 'a/none.csv', {}, 'notFound', /there is no file .*a\/none\.csv/],
    ['an ending that says nothing', 'a/x.txt', {}, 'usage', /a\/x\.txt: its ending says nothing about its format/],
    ['another format', 'a/x.txt', { format: 'parquet' }, 'data', /a\/x\.txt can't be read as parquet/],
    [
      'another header',
      'a/x.txt',
      { format: 'csv' },
      'data',
      /there is no column id \(BIGINT\), day \(DATE\); there are nr, date/,
    ],
  ] as const)('%s', async (_, files, options, code, message) => {
    const { run, put } = await inbox();
    put('a/x.txt', 'nr,date\n1,2024-05-01\n');
    await expect(run(files, options)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  });

  test('no files at all', () => {
    expect(() => filesSource({ files: [] })).toThrow(/no files/);
  });
});
