import { expect, test } from 'vitest';
import { shopVisits } from '../testing/shop-visits.ts';
import { checkFeatureSet } from './check-feature-set.ts';
import { defineFeatureSet, type FeatureSetSpec } from './feature-set.ts';
import { fingerprintOf } from './fingerprint.ts';

const BASE: FeatureSetSpec = {
  name: 'sales',
  description: 'Sales of a shop',
  entity: { name: 'shop', key: { shop: 'INTEGER' } },
  columns: { shop: 'INTEGER', day: 'DATE', price: 'DOUBLE', sold: 'INTEGER', fine: 'BOOLEAN', what: 'VARCHAR' },
  timestamp: 'day',
  ttl: '7 days',
  features: { sold_7d: { sum: 'sold', over: '7 days', type: 'BIGINT', description: 'sold' } },
};

const like = (...parts: object[]) => Object.assign({}, BASE, ...parts) as FeatureSetSpec;
const feature = (one: object) => like({ features: { one: { type: 'DOUBLE', description: 'one', ...one } } });

test.each([
  [like({ name: 'Sales 1' }), "name: 'Sales 1' is no name, expected snake case"],
  [like({ description: ' ' }), 'description: Too small'],
  [like({ entity: { name: 'shop', key: {} } }), 'entity.key: is empty, expected a column'],
  [like({ entity: { name: 'shop', key: { shop: 'VARCHAR' } } }), 'entity.key.shop: is no VARCHAR among the columns'],
  [like({ entity: { name: 'shop', key: { price: 'DOUBLE' } } }), 'the type "DOUBLE" is none of a key'],
  [like({ columns: { shop: 'NUMBER' } }), 'the type "NUMBER" is unknown, expected BOOLEAN, '],
  [like({ columns: { ...BASE.columns, at__: 'DATE' } }), 'columns.at__: ends with __'],
  [like({ timestamp: 'time' }), "timestamp: 'time' is no TIMESTAMP or DATE among the columns"],
  [like({ features: {} }), 'features: is empty, expected a feature'],
  [like({ features: { shop: BASE.features.sold_7d } }), 'features.shop: has a name that is taken'],
  [like({ every: '1 fortnight' }), "every is '1 fortnight', expected a duration"],
  [like({ ttl: '0 days' }), "ttl is '0 days', expected a duration"],
  [like({ knownAfter: 'soon' }), "knownAfter is 'soon', expected a duration"],
  [like({ colour: 'red' }), 'Unrecognized key: "colour"'],
  [feature({ sum: 'sold', mean: 'sold', over: '1 day' }), 'features.one: has sum and mean of latest, count, '],
  [feature({}), 'features.one: has none of latest, count, '],
  [feature({ sum: 'sold' }), 'features.one: sum needs over: a duration'],
  [feature({ latest: 'sold', over: '1 day' }), 'features.one: over is for windows, and latest is none'],
  [feature({ sql: '1.0' }), 'features: are of each other alone, expected one of events'],
  [like(feature({ latest: 'sold' }), { ttl: undefined }), 'features.one: latest needs a ttl'],
  [like(feature({ sum: 'sold', over: '90 minutes' }), { every: '1 hour' }), "is no whole multiple of every '1 hour'"],
])('a definition that can’t hold is refused: %#', (spec, message) => {
  const define = () => defineFeatureSet(spec);
  expect(define).toThrow(message);
  expect(define).toThrow(expect.objectContaining({ code: 'config' }));
});

test.each([
  [feature({ sum: 'solt', over: '1 day' }), 'features.one: Binder Error: Referenced column "solt" not found'],
  [feature({ sum: 'sold +', over: '1 day' }), 'features.one: Parser Error: syntax error'],
  [feature({ sum: 'sold), (1', over: '1 day' }), 'features.one: is more than one expression'],
  [
    feature({ sum: 'price', over: '1 day' }),
    'sum of DOUBLE, expected integers, decimals or booleans, whose sum depends on no',
  ],
  [feature({ mean: 'what', over: '1 day' }), 'mean of VARCHAR, expected'],
  [feature({ mean: 'sold', over: '1 day', type: 'INTEGER' }), 'features.one: is declared INTEGER, and gives DOUBLE'],
  [feature({ count: '*', over: '1 day', type: 'VARCHAR' }), 'features.one: is declared VARCHAR, and gives a number'],
  [feature({ latest: 'what' }), 'features.one: is declared DOUBLE, and gives VARCHAR'],
  [feature({ max: 'fine', over: '1 day' }), 'features.one: is declared DOUBLE, and gives BOOLEAN'],
  [feature({ latest: 'avg(sold) OVER ()' }), 'features.one: is a window over other rows'],
  [feature({ latest: '(SELECT max(sold) FROM events)' }), 'features.one: is a query of its own'],
  [feature({ latest: 'max(sold)' }), 'features.one: max is an aggregate: say sum, mean, min, max or count'],
  [feature({ latest: 'random()' }), 'features.one: random is not the same at each time'],
  [feature({ latest: "date_diff('day', day, current_date)" }), 'current_date is not the same at each time'],
  [feature({ latest: 'sold -- newest' }), undefined],
  [
    like({ features: { ...BASE.features, one: { sql: 'sold', type: 'DOUBLE', description: 'x' } } }),
    'column "sold" not found',
  ],
  [like({ features: { ...BASE.features, one: { sql: 'sold_7d / 7', type: 'DOUBLE', description: 'x' } } }), undefined],
  [like({ knownAfter: { minutes: 'what' } }), 'knownAfter.minutes is VARCHAR, expected a number of minutes'],
  [like({ knownAfter: { minutes: 'sold * 2' } }), undefined],
])('DuckDB is asked about each expression: %#', async (spec, message) => {
  const checked = checkFeatureSet(defineFeatureSet(spec));
  if (message === undefined) await expect(checked).resolves.toBeInstanceOf(Map);
  else await expect(checked).rejects.toMatchObject({ code: 'config', message: expect.stringContaining(message) });
});

test('the types of expressions', async () => {
  expect(Object.fromEntries(await checkFeatureSet(shopVisits))).toEqual({
    rated_1h: 'VARCHAR',
    spent_3h: 'DECIMAL(9,2)',
    bought_1h: 'BOOLEAN',
    bought_3h: 'BOOLEAN',
    shortest_3h: 'INTEGER',
    best_mood_1h: 'VARCHAR',
    mood: 'VARCHAR',
    change: 'DOUBLE',
  });
});

test('a fingerprint is of what is computed, not of its words', () => {
  const mark = fingerprintOf(BASE);
  expect(mark).toMatch(/^[0-9a-f]{16}$/);
  expect(fingerprintOf(like({ description: 'Other', owner: 'me' }))).toBe(mark);
  const marks = [
    like({ ttl: '8 days' }),
    like({ every: '1 day' }),
    like({ knownAfter: '1 day' }),
    feature({ sum: 'sold', over: '7 days' }),
    feature({ sum: 'sold', over: '6 days' }),
    feature({ mean: 'sold', over: '6 days' }),
  ].map(fingerprintOf);
  expect(new Set([mark, ...marks]).size).toBe(7);
});
