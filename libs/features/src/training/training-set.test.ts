import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buildFeatures } from '../build/build-features.ts';
import type { FeatureSetSpec } from '../definition/feature-set.ts';
import { literal } from '../duckdb/quote.ts';
import { type Cell, inFolder, queryRows, writeRows } from '../testing/parquet.ts';
import {
  clock,
  shopVisits,
  shopVisitsByHalfHour,
  shopVisitsOfSums,
  shopVisitsOfSumsByHalfHour,
  type Visit,
  valuesAt,
  visitRow,
} from '../testing/shop-visits.ts';
import { trainingSet } from './training-set.ts';

const orNull = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { freq: 4 });

const visit: fc.Arbitrary<Visit> = fc.record({
  shop: fc.constantFrom('north', 'south', null),
  customer: fc.integer({ min: 1, max: 2 }),
  // A month ends on the way.
  entered: fc.integer({ min: 1320, max: 1560 }),
  minutes: orNull(fc.integer({ min: 0, max: 40 })),
  spent: orNull(fc.integer({ min: -500, max: 5000 }).map((cents) => cents / 100)),
  bought: orNull(fc.boolean()),
  mood: orNull(fc.constantFrom('Merry', 'angry', 'Zen')),
});

/** Behind the last question. */
const END = 1831;

const asked = fc.record({
  shop: fc.constantFrom('north', 'south'),
  customer: fc.integer({ min: 1, max: 3 }),
  at: fc.integer({ min: 1320, max: 1830 }),
});

test.each([
  ['at each event', shopVisits, undefined],
  ['each half hour', shopVisitsByHalfHour, 30],
  ['at each event, of sums alone', shopVisitsOfSums, undefined],
  ['each half hour, of sums alone', shopVisitsOfSumsByHalfHour, 30],
] as const)('values that change %s are those of going through all visits', async (_, set, every) => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(visit, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.array(asked, { minLength: 1, maxLength: 60, size: 'max' }),
      fc.constantFrom('day' as const, 'month' as const, 'year' as const),
      fc.constantFrom(1, 1000),
      async (visits, questions, partitionBy, atOnce) => {
        // One at least is known before the rows end.
        fc.pre(visits.some(({ shop, entered, minutes }) => shop !== null && entered + (minutes ?? END) + 1 < END));
        await inFolder(async (at) => {
          await writeRows(at('visits.parquet'), shopVisits.columns, visits.map(visitRow));
          const rows = questions.map(({ shop, customer, at: time }) => ({ shop, customer, at: clock(time) }));
          await writeRows(at('asked.parquet'), { shop: 'VARCHAR', customer: 'INTEGER', at: 'TIMESTAMP' }, rows);
          // Rows up to the last question: a window may empty after the last event.
          const until = clock(END).replace(' ', 'T');
          await buildFeatures(set, { source: at('visits.parquet'), into: at('table'), partitionBy, atOnce, until });
          const joins = [{ set, table: at('table') }];
          await trainingSet({ spine: at('asked.parquet'), time: 'at', joins, into: at('training.parquet') });
          const found = await queryRows(`FROM ${literal(at('training.parquet'))}`);
          const expected = questions.map(({ shop, customer, at: time }, index) => ({
            ...rows[index],
            at: clock(time).replace(/\.000$/, ''),
            ...featuresOf(set, valuesAt(visits, shop, customer, time, every)),
          }));
          expect(found).toEqual(expected);
        });
      },
    ),
    { numRuns: 40 },
  );
});

function featuresOf({ features }: FeatureSetSpec, values: Readonly<Record<string, Cell>>): Record<string, Cell> {
  return Object.fromEntries(Object.keys(features).map((name) => [name, values[name] ?? null]));
}

const START = { shop: 'north', customer: 1, minutes: 10, spent: 5, bought: true, mood: 'Zen' };

/** One visit, and one question. */
async function joined(time: string, join: object = {}, type: 'TIMESTAMP' | 'DATE' = 'TIMESTAMP') {
  return inFolder(async (at) => {
    await writeRows(at('visits.parquet'), shopVisits.columns, [visitRow({ ...START, entered: 0 })]);
    const row = { shop: 'north', customer: 1, at: time, mood: 'good' };
    await writeRows(at('asked.parquet'), { shop: 'VARCHAR', customer: 'INTEGER', at: type, mood: 'VARCHAR' }, [
      row,
      row,
      { ...row, shop: null },
    ]);
    await buildFeatures(shopVisits, { source: at('visits.parquet'), into: at('table') });
    const joins = [{ set: shopVisits, table: at('table'), prefix: 'shop_', ...join }];
    const { rows } = await trainingSet({ spine: at('asked.parquet'), time: 'at', joins, into: at('out/set.parquet') });
    expect(rows).toBe(3);
    return queryRows(`FROM ${literal(at('out/set.parquet'))}`);
  });
}

test('an event counts from the very time at which it is known, until the very end of its ttl', async () => {
  const visits = async (time: string) => (await joined(time)).map((row) => row.shop_visits_1h);
  // Entered at midnight, known after 10.5 minutes: rounded up.
  expect(await visits('2026-01-31 00:10:59.999999')).toEqual([null, null, null]);
  expect(await visits('2026-01-31 00:11:00')).toEqual([1, 1, null]);
  expect(await visits('2026-01-31 02:10:59.999999')).toEqual([1, 1, null]);
  expect(await visits('2026-01-31 02:11:00')).toEqual([null, null, null]);
});

test('a day means its first moment', async () => {
  expect((await joined('2026-01-31', {}, 'DATE'))[0]).toMatchObject({ at: '2026-01-31', shop_visits_1h: null });
});

test('of a set some features, under names of their own', async () => {
  const [row] = await joined('2026-01-31 00:30:00', { features: ['visits_1h', 'bought_1h'], prefix: '' });
  expect(row).toEqual({
    ...{ shop: 'north', customer: 1, at: '2026-01-31 00:30:00', mood: 'good' },
    ...{ visits_1h: 1, bought_1h: 1 },
  });
});

test.each([
  [{ prefix: '' }, 'there is a column mood already: give it a prefix'],
  [{ features: ['visit_1h'] }, 'it has no feature visit_1h'],
  [{ keys: { customer: 'client' } }, 'the spine has no column client, which is to be the key customer of shop_visits'],
  [{ keys: { clerk: 'shop' } }, 'its key has no column clerk'],
])('the join %j is refused', async (join, message) => {
  await expect(joined('2026-01-31', join)).rejects.toMatchObject({
    code: 'config',
    message: expect.stringContaining(message),
  });
});

test('a folder without a table, and one of another definition', async () => {
  await expect(joined('2026-01-31', { table: '/nowhere' })).rejects.toMatchObject({ code: 'notFound' });
  await expect(joined('2026-01-31', { set: { ...shopVisits, ttl: '3 hours' } })).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('is no table of the feature set shop_visits as it is defined now'),
  });
});
