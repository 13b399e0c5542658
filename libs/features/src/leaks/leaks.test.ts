import { expect, test } from 'vitest';
import { defineFeatureSet } from '../definition/feature-set.ts';
import { literal } from '../duckdb/quote.ts';
import { withDuckDB } from '../duckdb/session.ts';
import { inFolder } from '../testing/parquet.ts';
import { assertNoLeaks, findLeaks, type LeakSearch } from './find-leaks.ts';
import { assertNoSetLeaks, findSetLeaks } from './set-leaks.ts';

const honest = defineFeatureSet({
  name: 'airport_delays',
  description: 'Delays of the flights that have arrived',
  entity: { name: 'airport', key: { airport: 'VARCHAR' } },
  columns: { airport: 'VARCHAR', departed: 'TIMESTAMP', flown: 'INTEGER', delay: 'INTEGER' },
  timestamp: 'departed',
  knownAfter: { minutes: 'flown' },
  ttl: '2 days',
  features: {
    flights: { count: '*', over: '6 hours', type: 'BIGINT', description: 'arrived' },
    late: { mean: 'delay > 15', over: '6 hours', type: 'DOUBLE', description: 'share of late ones' },
    delay: { latest: 'delay', type: 'INTEGER', description: 'of the last one' },
  },
});

/** Delays are taken for known at departure, before they have happened. */
const { knownAfter: _, ...atDeparture } = honest;
const leaking = defineFeatureSet(atDeparture);

async function withFlights<Result>(work: (file: string) => Promise<Result>): Promise<Result> {
  return inFolder(async (at) => {
    const file = at('flights.parquet');
    await withDuckDB({}, (database) =>
      database.run(`COPY (
        SELECT i AS id, 'airport ' || (i % 3) AS airport, TIMESTAMP '2026-01-01' + to_minutes(i * 7) AS departed,
          (60 + hash(i) % 300)::INTEGER AS flown, (hash(i, 1) % 60)::INTEGER AS delay
        FROM range(2000) AS rows(i)) TO ${literal(file)} (FORMAT parquet)`),
    );
    return work(file);
  });
}

const ARRIVED = 'departed + to_minutes(flown)';

test('a set that waits until values are known has no leak, whatever its outcomes become', async () => {
  await withFlights(async (source) => {
    const search = { source, outcomes: ['delay'] };
    expect(await findSetLeaks(honest, search)).toEqual([]);
    await assertNoSetLeaks(honest, { ...search, knownAt: ARRIVED, moments: 7 });
  });
});

test('a planted leak: values that are used before they are known', async () => {
  await withFlights(async (source) => {
    const search = { source, outcomes: ['delay'], knownAt: ARRIVED };
    const leaks = await findSetLeaks(leaking, search);
    const by = (change: string) =>
      new Set(leaks.filter(({ outcomes }) => outcomes === change).map(({ column }) => column));
    expect(by('raised')).toEqual(new Set(['late', 'delay']));
    expect(by('lowered')).toEqual(new Set(['late', 'delay']));
    expect(by('without')).toEqual(new Set(['flights', 'late', 'delay']));
    expect(new Set(leaks.map(({ moment }) => moment)).size).toBe(4);
    await expect(assertNoSetLeaks(leaking, search)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringMatching(
        /^late, delay, flights know the future: \d+ values of up to 2026-01-0\d .* change/,
      ),
    });
  });
});

/** Features that somebody wrote by hand. */
async function leaksOf(value: string, more: Partial<LeakSearch> = {}) {
  return withFlights((source) =>
    findLeaks({
      source,
      events: 'flights',
      knownAt: ARRIVED,
      outcomes: ['delay'],
      query: `SELECT id, departed, delay > 15 AS label, ${value} AS value FROM flights AS now`,
      rows: ['id'],
      time: 'departed',
      ignore: ['label'],
      ...more,
    }),
  );
}

const before = (condition: string) =>
  `(SELECT avg(delay) FROM flights AS other WHERE other.airport = now.airport AND ${condition})`;

test.each([
  ['of the row itself', 'flown'],
  ['of flights that had arrived', before('other.departed + to_minutes(other.flown) <= now.departed')],
])('a query by hand without a leak: a value %s', async (__, value) => {
  expect(await leaksOf(value)).toEqual([]);
});

test.each([
  ['the label', 'delay'],
  ['the mean of its airport, of all times', 'avg(delay) OVER (PARTITION BY airport)'],
  ['the next flight', 'lead(delay) OVER (PARTITION BY airport ORDER BY departed)'],
  ['flights that had departed', before('other.departed < now.departed')],
  ['flights within an hour, before and after', before('abs(epoch(other.departed - now.departed)) < 3600')],
])('a planted leak in a query by hand: %s', async (__, value) => {
  const leaks = await leaksOf(value);
  expect(new Set(leaks.map(({ column }) => column))).toEqual(new Set(['value']));
  expect(new Set(leaks.map(({ moment }) => moment)).size).toBe(4);
});

test('a search that can find nothing says so', async () => {
  await expect(leaksOf('1', { ignore: ['lable'] })).rejects.toThrow('gives no column lable');
  await expect(leaksOf('1', { outcomes: ['late'] })).rejects.toThrow('the events have no column late');
  await expect(leaksOf('no_such')).rejects.toThrow('no_such');
  await expect(leaksOf('1', { source: '/nowhere/x.parquet' })).rejects.toMatchObject({ code: 'notFound' });
});

test('tables beside the events are made by the search', async () => {
  await withFlights(async (source) => {
    await assertNoLeaks({
      source,
      events: 'flights',
      knownAt: ARRIVED,
      outcomes: ['delay'],
      query: 'SELECT id, departed, name FROM flights JOIN airports USING (airport)',
      rows: ['id'],
      time: 'departed',
      prepare: (database) => database.run("CREATE TABLE airports AS SELECT 'airport 1' AS airport, 'One' AS name"),
    });
  });
});
