import { expect, test } from 'vitest';
import { inFolder, writeRows } from '../testing/parquet.ts';
import { shopVisits } from '../testing/shop-visits.ts';
import { referenceStatistics } from './reference-statistics.ts';

const set = {
  ...shopVisits,
  features: { visits_1h: shopVisits.features.visits_1h, mood: shopVisits.features.mood },
};

async function described(rows: readonly { visits_1h: number | null; mood: string | null }[], prefix = '') {
  return inFolder(async (at) => {
    const named = rows.map((row) => ({ [`${prefix}visits_1h`]: row.visits_1h, [`${prefix}mood`]: row.mood }));
    await writeRows(at('set.parquet'), { [`${prefix}visits_1h`]: 'INTEGER', [`${prefix}mood`]: 'VARCHAR' }, named);
    return referenceStatistics(set, { source: at('set.parquet'), prefix });
  });
}

test('numbers by their deciles, text by its commonest values', async () => {
  const rows = Array.from({ length: 100 }, (_, index) => ({
    visits_1h: index < 20 ? null : index % 40,
    mood: index === 0 ? null : `mood ${String(Math.floor(Math.sqrt(index))).padStart(2, '0')}`,
  }));
  const { columns, ...rest } = await described(rows, 'shop_');
  expect(rest).toEqual({ rows: 100 });
  expect(columns.visits_1h).toEqual({
    ...{ kind: 'numeric', count: 80, nullShare: 0.2, mean: 19.5, standardDeviation: 11.5433964, min: 0, max: 39 },
    edges: [3, 7, 11, 15, 19, 23, 27, 31, 35],
    shares: Array.from({ length: 10 }, () => 0.1),
  });
  expect(columns.mood).toEqual({
    ...{ kind: 'categorical', count: 99, nullShare: 0.01, distinct: 9, otherShare: 0 },
    shares: Object.fromEntries([9, 8, 7, 6, 5, 4, 3, 2, 1].map((root) => [`mood 0${root}`, (2 * root + 1) / 100])),
  });
});

test('one value alone, none at all, and more than fifty', async () => {
  const { columns } = await described([{ visits_1h: 7, mood: null }]);
  expect(columns.visits_1h).toMatchObject({ edges: [7], shares: [1, 0], standardDeviation: 0 });
  expect(columns.mood).toEqual({ kind: 'categorical', count: 0, nullShare: 1, distinct: 0, shares: {}, otherShare: 0 });
  const many = await described(Array.from({ length: 80 }, (_, index) => ({ visits_1h: null, mood: `m${index}` })));
  expect(many.columns.visits_1h).toMatchObject({ count: 0, nullShare: 1, edges: [], shares: [0] });
  expect(many.columns.mood).toMatchObject({ distinct: 80, otherShare: 0.375 });
  await expect(described([])).rejects.toMatchObject({ code: 'data', message: expect.stringContaining('no row') });
});
