import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { defineFeatureSet, type FeatureSetSpec } from '../definition/feature-set.ts';
import type { SqlType } from '../definition/sql-types.ts';
import { literal } from '../duckdb/quote.ts';
import { withDuckDB } from '../duckdb/session.ts';
import { countOf, inFolder, queryRows, writeRows } from '../testing/parquet.ts';
import {
  shopVisits,
  shopVisitsByHalfHour,
  shopVisitsOfSums,
  shopVisitsOfSumsByHalfHour,
  type Visit,
  visitRow,
} from '../testing/shop-visits.ts';
import { inChunks, partitionsOf } from './partitions.ts';
import { type BuildOptions, type BuildProgress, buildFeatures } from './build-features.ts';

/** As many visits as wanted over 60 days, at what may look like chance. */
function manyVisits(file: string, count: number): Promise<unknown> {
  return withDuckDB({}, (database) =>
    database.run(`COPY (
      SELECT 'shop ' || (hash(i) % 7) AS shop, (hash(i + 1) % 11)::INTEGER AS customer,
        TIMESTAMP '2026-01-15' + to_minutes((hash(i, 2) % 86400)::BIGINT) AS entered, (hash(i, 3) % 50)::INTEGER AS minutes,
        ((hash(i, 4) % 10000)::INTEGER / 100)::DECIMAL(9,2) AS spent, hash(i, 5) % 3 = 0 AS bought,
        ['merry', 'angry', NULL][1 + (hash(i, 6) % 3)::INTEGER] AS mood
      FROM range(${count}) AS rows(i)) TO ${literal(file)} (FORMAT parquet, ROW_GROUP_SIZE 2048)`),
  );
}

async function bytesOf(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  const files = names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')] as const);
  return Object.fromEntries(await Promise.all(files));
}

test('partitions are together what one is, in bytes that no machine and no order of events shows in', async () => {
  await inFolder(async (at) => {
    await manyVisits(at('visits.parquet'), 30_000);
    await withDuckDB({}, (database) =>
      database.run(
        `COPY (FROM ${literal(at('visits.parquet'))} ORDER BY spent) TO ${literal(at('shuffled.parquet'))} (FORMAT parquet)`,
      ),
    );
    for (const set of [shopVisits, shopVisitsByHalfHour, shopVisitsOfSums, shopVisitsOfSumsByHalfHour]) {
      const built = async (into: string, options: object) => {
        const result = await buildFeatures(set, { source: at('visits.parquet'), into: at(into), ...options });
        return { ...result, partitions: result.partitions.length };
      };
      const whole = await built('year', { partitionBy: 'year' });
      expect(whole).toMatchObject({ partitions: 1, events: 30_000 });
      expect(await built('month', { threads: 1, memory: '200MB', atOnce: 1 })).toEqual({ ...whole, partitions: 3 });
      const days = await built('day', { partitionBy: 'day', threads: 2, atOnce: 1000 });
      expect(days).toEqual({ ...whole, partitions: expect.any(Number) });
      expect(days.partitions).toBeGreaterThan(59);
      const from = (folder: string) => `FROM ${literal(at(`${folder}/*.parquet`))}`;
      for (const folder of ['month', 'day'])
        expect(await countOf(`${from('year')} EXCEPT ALL ${from(folder)}`)).toBe(0);
      await built('again', { threads: 2, source: at('shuffled.parquet') });
      expect(await bytesOf(at('again'))).toEqual(await bytesOf(at('month')));
    }
  });
});

test('from builds some partitions again and leaves the others, whatever was in the folder else goes with a whole build', async () => {
  await inFolder(async (at) => {
    await manyVisits(at('visits.parquet'), 2000);
    const options = { source: at('visits.parquet'), into: at('table') };
    await buildFeatures(shopVisits, options);
    const before = await bytesOf(at('table'));
    expect(Object.keys(before)).toEqual(['2026-01.parquet', '2026-02.parquet', '2026-03.parquet']);
    await writeFile(at('table/2026-02.parquet'), await readFile(at('table/2026-01.parquet')));
    const { partitions } = await buildFeatures(shopVisits, { ...options, from: '2026-02-01', until: '2026-03-01' });
    expect(partitions).toEqual(['2026-02']);
    expect(await bytesOf(at('table'))).toEqual(before);
    await expect(buildFeatures({ ...shopVisits, ttl: '3 hours' }, { ...options, from: '2026-02-01' })).rejects.toThrow(
      'is no table of the feature set shop_visits as it is defined now',
    );
    await expect(buildFeatures(shopVisits, { ...options, from: '2026-02-02' })).rejects.toThrow(
      "from is '2026-02-02', where no month starts",
    );
    await writeFile(at('table/2025-01.parquet'), 'old');
    await buildFeatures(shopVisits, options);
    expect(await bytesOf(at('table'))).toEqual(before);
  });
});

test('it tells how far it is, and stops when it is told to, leaving what was there', async () => {
  await inFolder(async (at) => {
    await manyVisits(at('visits.parquet'), 500);
    const options = { source: at('visits.parquet'), into: at('table') };
    const told: BuildProgress[] = [];
    const { rows } = await buildFeatures(shopVisits, { ...options, onProgress: (one) => void told.push(one) });
    expect(told.map(({ done, total, partition }) => [done, total, partition])).toEqual([
      [1, 3, '2026-01'],
      [2, 3, '2026-02'],
      [3, 3, '2026-03'],
    ]);
    expect(told.reduce((sum, one) => sum + one.rows, 0)).toBe(rows);
    const before = await bytesOf(at('table'));
    const stop = new AbortController();
    const stopped = buildFeatures(shopVisits, {
      ...options,
      signal: stop.signal,
      onProgress: () => stop.abort(new Error('enough')),
    });
    await expect(stopped).rejects.toThrow('enough');
    expect(await bytesOf(at('table'))).toEqual(before);
    expect((await readdir(at('.'))).sort()).toEqual(['table', 'visits.parquet']);
  });
});

const COLUMNS = shopVisits.columns;
const ONE: Visit = { shop: 'a', customer: 1, entered: 0, minutes: 1, spent: 1, bought: true, mood: 'x' };

test('events without a key or a time count for nothing', async () => {
  await inFolder(async (at) => {
    const visits = [ONE, { ...ONE, shop: null }, { ...ONE, minutes: null }];
    await writeRows(at('visits.parquet'), shopVisits.columns, visits.map(visitRow));
    const built = await buildFeatures(shopVisits, { source: [at('visits.parquet')], into: at('table') });
    expect(built).toMatchObject({ rows: 1, events: 1, from: '2026-01-31 00:02:00' });
  });
});

test('an event is never known before it happened', async () => {
  const set = defineFeatureSet({ ...shopVisits, knownAfter: { minutes: '-minutes' } });
  await inFolder(async (at) => {
    await writeRows(at('visits.parquet'), COLUMNS, [visitRow({ ...ONE, minutes: 5 })]);
    expect(await buildFeatures(set, { source: at('visits.parquet'), into: at('table') })).toMatchObject({
      from: '2026-01-31 00:00:00',
    });
  });
});

test('many partitions of few events are computed together, and written each by itself', async () => {
  const partitions = partitionsOf({ from: 0n, until: 86_400_000_000n * 6n }, 'day');
  const names = (sizes: number[]) =>
    inChunks(partitions, sizes, 10).map((chunk) => chunk.map(({ name }) => name.slice(-1)));
  expect(names([1, 1, 3, 4, 3, 6])).toEqual([['1', '2'], ['3', '4', '5'], ['6']]);
  expect(names([20, 0, 10, 1, 9, 30])).toEqual([['1'], ['2', '3'], ['4', '5'], ['6']]);
});

test('a table of days before 1970, keyed by a date and a large number', async () => {
  const old = defineFeatureSet({
    name: 'old',
    description: 'old',
    entity: { name: 'e', key: { day: 'DATE', id: 'BIGINT' } },
    columns: { day: 'DATE', id: 'BIGINT', n: 'INTEGER' },
    timestamp: 'day',
    every: '7 days',
    knownAfter: '1 day',
    features: { n: { sum: 'n', over: '7 days', type: 'INTEGER', description: 'n' } },
  });
  await inFolder(async (at) => {
    const row = { day: '1969-12-20', id: '9007199254740993', n: 5 };
    await writeRows(at('old.parquet'), old.columns, [row]);
    await buildFeatures(old, { source: at('old.parquet'), into: at('table'), until: '1970-01-15' });
    // Known on the 21st; the weeks of `every` start on Thursdays, as 1970 did.
    expect(await queryRows(`FROM ${literal(at('table/*.parquet'))} ORDER BY feature_time`)).toEqual([
      { ...row, feature_time: '1969-12-25 00:00:00' },
      { ...row, n: null, feature_time: '1970-01-01 00:00:00' },
    ]);
  });
});

const BIG = defineFeatureSet({
  name: 'big',
  description: 'numbers that two of are too many',
  entity: { name: 'e', key: { id: 'INTEGER' } },
  columns: { id: 'INTEGER', at: 'TIMESTAMP', n: 'BIGINT', d: 'DECIMAL(38,18)' },
  timestamp: 'at',
  features: {
    n: { sum: 'n', over: '1 hour', type: 'BIGINT', description: 'n' },
    d: { sum: 'd', over: '1 hour', type: 'DOUBLE', description: 'd' },
  },
});

test('sums that 64 bits hold no more are those of wider numbers, or say so', async () => {
  const build = (hours: number) =>
    inFolder(async (at) => {
      const row = { id: 1, n: '9000000000000000000', d: '0.25' };
      const rows = [
        { ...row, at: '2026-01-31 00:00:00' },
        { ...row, at: `2026-01-31 0${hours}:30:00` },
      ];
      await writeRows(at('big.parquet'), BIG.columns, rows);
      await buildFeatures(BIG, { source: at('big.parquet'), into: at('table') });
      return queryRows(`SELECT n, d FROM ${literal(at('table/*.parquet'))} ORDER BY feature_time`);
    });
  expect(await build(2)).toEqual([
    { n: '9000000000000000000', d: 0.25 },
    { n: null, d: null },
    { n: '9000000000000000000', d: 0.25 },
  ]);
  await expect(build(0)).rejects.toMatchObject({ code: 'data', message: expect.stringContaining('out of range') });
});

interface Refused extends Partial<BuildOptions> {
  readonly set?: FeatureSetSpec;
  readonly columns?: Readonly<Record<string, SqlType>>;
  readonly visits?: readonly Visit[];
}

const REFUSED: readonly [Refused, string, string][] = [
  [{ memory: 'much' }, 'config', "memory is 'much', expected an amount"],
  [{ threads: 0 }, 'config', 'threads is 0, expected a whole number from 1'],
  [{ until: '2026-02-30' }, 'config', "until is '2026-02-30', expected a day or a time in UTC"],
  [{ from: 'January' }, 'config', "from is 'January', expected a day"],
  [{ source: '/nowhere/*.parquet' }, 'notFound', 'No files found'],
  [{ set: { ...shopVisits, columns: { ...COLUMNS, clerk: 'VARCHAR' } } }, 'data', 'its source has no column clerk'],
  [{ columns: { ...COLUMNS, minutes: 'VARCHAR' } }, 'data', "Could not convert string 'long' to INT32"],
  [{ visits: [] }, 'data', 'its source has no event with a key and a known time'],
];

test.each(REFUSED)('%j is refused', async (refused, code, message) => {
  const { set = shopVisits, columns = COLUMNS, visits = [ONE], ...options } = refused;
  await inFolder(async (at) => {
    const minutes = columns.minutes === 'VARCHAR' ? 'long' : 1;
    await writeRows(
      at('visits.parquet'),
      columns,
      visits.map((visit) => ({ ...visitRow(visit), minutes })),
    );
    const built = buildFeatures(set, { source: at('visits.parquet'), into: at('table'), ...options });
    await expect(built).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

test('too little memory says so', async () => {
  await inFolder(async (at) => {
    await manyVisits(at('visits.parquet'), 30_000);
    const built = buildFeatures(shopVisits, { source: at('visits.parquet'), into: at('table'), memory: '1MB' });
    await expect(built).rejects.toMatchObject({
      code: 'environment',
      hint: 'raise memory, or build smaller partitions',
    });
  });
});
