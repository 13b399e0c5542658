import { expect, test } from 'vitest';
import { readerOf } from './found-columns.ts';
import { datasetOf } from './validate-object.ts';

test.each([
  ['raw/orders/day=2026-01-31/part-0.parquet', 'orders'],
  ['raw/orders/a.csv', 'orders'],
  ['raw/orders', undefined],
  ['raw/_positions/orders.json', undefined],
  ['raw/_quarantine/orders/a.parquet', undefined],
  ['raw/orders/.tmp/a.parquet', undefined],
])('%s is of the dataset %s', (key, dataset) => {
  expect(datasetOf(key)).toBe(dataset);
});

test.each(['a.parquet', 'a.PARQUET', 'a.csv', 'a.csv.gz'])('%s is data', (key) => {
  expect(readerOf(key)).toBeTypeOf('function');
});

test.each(['a.json', 'a.parquet.crc', '_SUCCESS', 'csv'])('%s is none', (key) => {
  expect(readerOf(key)).toBeUndefined();
});
