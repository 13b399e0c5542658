import { copyFile, mkdtemp, rm, truncate } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { datasetFile } from '../dataset-file.ts';
import { quoted, rowsOf, withDuckDB, writeParquet } from '../duckdb-session.ts';
import { recordingContext } from '../testing/small-tables.ts';
import { run } from './ingest.run.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ingest-'));
});
afterEach(() => rm(folder, { recursive: true }));

const outputs = () => ({ flights: join(folder, 'out.parquet'), airports: join(folder, 'out.csv') });
const ingest = (params: { flights?: string; rows?: number }) =>
  run({ ...recordingContext(), params, inputs: {}, outputs: outputs() });

test('a sample is spread over the whole half year', async () => {
  await ingest({ rows: 600 });
  const rows = await withDuckDB((database) =>
    rowsOf<{ flights: number; months: number }>(
      database,
      `SELECT count(*)::INTEGER AS flights, count(DISTINCT month(date))::INTEGER AS months FROM ${quoted(outputs().flights)}`,
    ),
  );
  expect(rows).toEqual([{ flights: 600, months: 6 }]);
});

test('a Parquet file that was cut off is refused by name', async () => {
  const cut = join(folder, 'cut.parquet');
  await copyFile(datasetFile('flights-3m.parquet'), cut);
  await truncate(cut, 5_000_000);
  await expect(ingest({ flights: cut })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining(`${cut} can't be read as a table`),
  });
});

test('a file without one of the columns is refused by name', async () => {
  const other = join(folder, 'other.parquet');
  await withDuckDB((database) => writeParquet(database, "SELECT TIMESTAMP '2001-01-01' AS date", other));
  await expect(ingest({ flights: other })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringMatching(/other\.parquet can't be read.*"delay" not found/s),
  });
});
