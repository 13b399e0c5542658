import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest';
import { buildFeatures } from '../build/build-features.ts';
import { defineFeatureSet } from '../definition/feature-set.ts';
import { literal } from '../duckdb/quote.ts';
import { withDuckDB } from '../duckdb/session.ts';
import { inFolder, writeRows } from '../testing/parquet.ts';
import { hasRedis, type RedisServer, startRedis } from '../testing/redis-server.ts';
import { clock, shopVisits, type Visit, valuesAt, visitRow } from '../testing/shop-visits.ts';
import { placeOf } from './encoding.ts';
import { type OnlineStore, openOnlineStore } from './online-store.ts';

const VISIT: Visit = { shop: 'north: 1', customer: 1, entered: 0, minutes: 10, spent: 5.25, bought: true, mood: 'Zén' };
const VISITS: readonly Visit[] = [
  VISIT,
  { ...VISIT, entered: 30, bought: false, mood: null },
  { ...VISIT, customer: 2, entered: 40 },
  { ...VISIT, shop: 'a%3Ab', entered: 95 },
];

describe.skipIf(!(await hasRedis()))('an online store in Redis', () => {
  let redis: RedisServer;
  let store: OnlineStore;
  beforeAll(async () => {
    redis = await startRedis();
    store = await openOnlineStore(redis.url);
  });
  afterAll(async () => {
    store.close();
    await redis.stop();
  });
  beforeEach(() => redis.cli('flushall'));

  /** A table of the visits. */
  function withTable<Result>(work: (table: string) => Promise<Result>): Promise<Result> {
    return inFolder(async (at) => {
      await writeRows(at('visits.parquet'), shopVisits.columns, VISITS.map(visitRow));
      await buildFeatures(shopVisits, { source: at('visits.parquet'), into: at('table'), until: '2026-02-02' });
      return work(at('table'));
    });
  }

  const key = (shop: string, customer: number) => ({ shop, customer });
  const asOf = (minutes: number) => ({ asOf: clock(minutes).replace(' ', 'T') });

  test('each entity’s values as of a time are those of going through all events', async () => {
    await withTable(async (table) => {
      for (const minutes of [5, 11, 60, 106, 165, 200]) {
        await redis.cli('flushall');
        await store.materialize(shopVisits, { table, ...asOf(minutes) });
        const keys = [key('north: 1', 1), key('north: 1', 2), key('a%3Ab', 1), key('nobody', 9)];
        const found = await store.read(shopVisits, keys);
        const expected = keys.map(({ shop, customer }) => {
          const values = valuesAt(VISITS, shop, customer, minutes);
          return { ...values, rated_1h: values.rated_1h === null ? null : Number(values.rated_1h) };
        });
        expect(found).toEqual(expected);
        expectTypeOf(found[0]?.mood).toEqualTypeOf<string | null | undefined>();
        expect(await store.checkParity(shopVisits, { table })).toMatchObject({ missing: 0, extra: 0, different: 0 });
      }
    });
  });

  test('values last as long as the ttl leaves them', async () => {
    await withTable(async (table) => {
      await store.materialize(shopVisits, { table, ...asOf(111) });
      const place = placeOf('features', shopVisits);
      // Known at minute 41, and for 120 minutes from there on: 50 are left.
      const left = Number(await redis.cli('pttl', `${place}:north%3A%201:1`));
      expect(left).toBeGreaterThan(48 * 60_000);
      expect(left).toBeLessThanOrEqual(50 * 60_000);
    });
  });

  test('what is stored says as of when, and older values don’t go over newer ones', async () => {
    await withTable(async (table) => {
      expect(await store.status(shopVisits)).toBeUndefined();
      const written = await store.materialize(shopVisits, { table, ...asOf(60) });
      expect(written).toMatchObject({ asOf: '2026-01-31 01:00:00', entities: 2 });
      expect(await store.status(shopVisits)).toEqual(written);
      const older = { table, ...asOf(20) };
      await expect(store.materialize(shopVisits, older)).rejects.toMatchObject({
        code: 'config',
        message: 'the online store has values of shop_visits as of 2026-01-31 01:00:00, newer than 2026-01-31 00:20:00',
      });
      expect(await store.materialize(shopVisits, { ...older, force: true })).toMatchObject({ entities: 1 });
      // The other one still has what was written first.
      expect(await store.checkParity(shopVisits, { table })).toMatchObject({ equal: 1, extra: 1 });
    });
  });

  test('differences are found, each of its kind', async () => {
    await withTable(async (table) => {
      await store.materialize(shopVisits, { table, ...asOf(110) });
      expect(await store.checkParity(shopVisits, { table })).toEqual({
        ...{ asOf: '2026-01-31 01:50:00', equal: 3, missing: 0, extra: 0, stale: 0, different: 0 },
        examples: [],
      });
      const place = placeOf('features', shopVisits);
      const text = await redis.cli('get', `${place}:a%253Ab:1`);
      await redis.cli('set', `${place}:a%253Ab:1`, text.replace('5.25', '6'));
      await redis.cli('del', `${place}:north%3A%201:1`);
      const old = (await redis.cli('get', `${place}:north%3A%201:2`)).replace('01:50:00', '01:40:00');
      await redis.cli('set', `${place}:north%3A%201:2`, old);
      await redis.cli('set', `${place}:ghost:1`, text);
      const report = await store.checkParity(shopVisits, { table });
      expect(report).toMatchObject({ equal: 0, missing: 1, extra: 1, stale: 1, different: 1 });
      expect(report.examples).toHaveLength(3);
      expect(report.examples).toEqual(
        expect.arrayContaining([
          { key: key('north: 1', 1), problem: 'missing' },
          { key: key('north: 1', 2), problem: 'stale' },
          { key: key('a%3Ab', 1), problem: 'different', feature: 'spent_3h', offline: 5.25, online: 6 },
        ]),
      );
    });
  });

  test('a changed definition has values of its own', async () => {
    await withTable(async (table) => {
      await store.materialize(shopVisits, { table });
      const other = defineFeatureSet({ ...shopVisits, ttl: '3 hours' });
      await expect(store.read(other, [key('a', 1)])).rejects.toMatchObject({
        code: 'notFound',
        hint: 'write them: store.materialize(set, { table })',
      });
      await expect(store.checkParity(other, { table })).rejects.toMatchObject({ code: 'notFound' });
      await expect(store.materialize(other, { table })).rejects.toMatchObject({ code: 'data' });
    });
  });

  test('ten thousand entities, in batches; values of every type', async () => {
    const wide = defineFeatureSet({
      name: 'wide',
      description: 'wide',
      entity: { name: 'e', key: { id: 'BIGINT' } },
      columns: { id: 'BIGINT', at: 'TIMESTAMP', d: 'DATE', f: 'FLOAT', x: 'DOUBLE', c: 'DECIMAL(9,3)', b: 'BOOLEAN' },
      timestamp: 'at',
      ttl: '1 day',
      features: {
        at: { latest: '"at"', type: 'TIMESTAMP', description: 'at' },
        d: { latest: 'd', type: 'DATE', description: 'd' },
        f: { latest: 'f', type: 'FLOAT', description: 'f' },
        x: { latest: 'x', type: 'DOUBLE', description: 'x' },
        c: { latest: 'c', type: 'DECIMAL(9,3)', description: 'c' },
        b: { latest: 'b', type: 'BOOLEAN', description: 'b' },
        big: { latest: 'id', type: 'BIGINT', description: 'big' },
      },
    } as const);
    await inFolder(async (at) => {
      const write = (first: bigint, count: number) =>
        withDuckDB({}, (database) =>
          database.run(`COPY (SELECT ${first} + i AS id, TIMESTAMP '2026-01-31 00:00:00.000001' AS at, DATE '2026-01-31' AS d,
            0.1::FLOAT AS f, CASE i % 3 WHEN 0 THEN 'nan'::DOUBLE WHEN 1 THEN '-inf'::DOUBLE ELSE -0.0 END AS x, 1.125 AS c, i % 2 = 0 AS b
            FROM range(${count}) AS rows(i)) TO ${literal(at('wide.parquet'))}`),
        );
      await write(0n, 10_000);
      const table = at('table');
      await buildFeatures(wide, { source: at('wide.parquet'), into: table });
      const told: number[] = [];
      await store.materialize(wide, { table, onProgress: ({ written }) => void told.push(written) });
      expect(told.at(-1)).toBe(10_000);
      expect(told.length).toBeGreaterThanOrEqual(10);
      const common = { at: '2026-01-31 00:00:00.000001', d: '2026-01-31', f: Math.fround(0.1), c: 1.125 };
      expect(await store.read(wide, [{ id: 0n }, { id: 1 }, { id: 9998 }])).toEqual([
        { ...common, x: Number.NaN, b: true, big: 0 },
        { ...common, x: Number.NEGATIVE_INFINITY, b: false, big: 1 },
        { ...common, x: 0, b: true, big: 9998 },
      ]);
      expect(await store.checkParity(wide, { table })).toMatchObject({ equal: 10_000, extra: 0, examples: [] });
      await write(2n ** 53n, 2);
      await buildFeatures(wide, { source: at('wide.parquet'), into: table });
      await expect(store.materialize(wide, { table })).rejects.toMatchObject({
        code: 'data',
        message: 'the feature big is 9007199254740992, more than a number holds exactly',
      });
    });
  });

  test('something else under a key, and a key without a part', async () => {
    await withTable(async (table) => {
      await store.materialize(shopVisits, { table });
      const place = placeOf('features', shopVisits);
      await redis.cli('set', `${place}:x:1`, 'hello');
      await expect(store.read(shopVisits, [key('x', 1)])).rejects.toMatchObject({
        code: 'data',
        message: 'the online store holds no values of shop_visits: hello',
      });
      await expect(store.read(shopVisits, [{ shop: 'x' } as never])).rejects.toThrow('has no customer: {"shop":"x"}');
      expect(await store.read(shopVisits, [])).toEqual([]);
      await redis.cli('del', place);
      await redis.cli('lpush', place, 'a');
      await expect(store.materialize(shopVisits, { table })).rejects.toMatchObject({
        code: 'environment',
        message: `Redis at 127.0.0.1:${redis.port} holds something else under a key of the online store`,
      });
    });
  });

  test('two stores of different prefixes in one Redis', async () => {
    await withTable(async (table) => {
      const other = await openOnlineStore(redis.url, { prefix: 'te*t' });
      await other.materialize(shopVisits, { table, ...asOf(110) });
      expect(await store.status(shopVisits)).toBeUndefined();
      expect(await other.checkParity(shopVisits, { table })).toMatchObject({ equal: 3, extra: 0 });
      other.close();
    });
  });

  test('who isn’t let in is told so, and the password isn’t', async () => {
    const guarded = await startRedis('--requirepass', 'sesame');
    const at = (who: string) => openOnlineStore(`redis://${who}127.0.0.1:${guarded.port}`);
    try {
      (await at(':sesame@')).close();
      const refused = await at(':s3cret@').catch((error: unknown) => error as Error);
      expect(refused).toMatchObject({
        code: 'environment',
        message: `Redis at 127.0.0.1:${guarded.port} refuses who asks`,
        hint: 'check user and password in the address, and what the user may do',
      });
      await expect(at('').then((open) => open.status(shopVisits))).rejects.toThrow('refuses who asks');
    } finally {
      await guarded.stop();
    }
  });

  test('a server that goes away in between, and comes back', async () => {
    const first = await startRedis();
    const open = await openOnlineStore(first.url, { timeout: 1000 });
    await first.stop();
    await expect(open.status(shopVisits)).rejects.toMatchObject({
      code: 'environment',
      message: expect.stringContaining(`Redis at 127.0.0.1:${first.port} doesn't answer`),
    });
    open.close();
  });
});

test('an address where nobody answers, and one of something else', async () => {
  await expect(openOnlineStore('redis://:s3cret@127.0.0.1:1', { timeout: 1000 })).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringMatching(/^Redis at 127\.0\.0\.1:1 doesn't answer: (?!.*s3cret)/),
  });
  await expect(openOnlineStore('http://:s3cret@localhost')).rejects.toMatchObject({
    code: 'config',
    message: 'the address of the online store is none of Redis',
  });
});
