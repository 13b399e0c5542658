import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder, temporaryLake } from '../testing/temporary-lake.ts';
import { openLake } from './open-lake.ts';

test('a lake is a folder or a location; its datasets have places of their own', async () => {
  const folder = temporaryFolder();
  for (const [uri, from] of [
    [folder, '/'],
    [pathToFileURL(folder).href, '/'],
    [basename(folder), dirname(folder)],
  ] as const) {
    const dataset = (await openLake(uri, { from })).dataset('raw', 'orders', { partitionBy: ['country'] });
    expect(dataset).toMatchObject({
      uri: `${pathToFileURL(folder).href}/raw/orders`,
      folder: 'raw/orders',
      quarantineFolder: 'raw/_quarantine/orders',
      positionPath: 'raw/_positions/orders.json',
      partitions: { country: '"country"' },
    });
    expect(dataset.local('raw/orders/a.parquet')).toBe(join(folder, 'raw/orders/a.parquet'));
    expect(await dataset.files()).toEqual([]);
  }
});

test('names that can be none are refused', async () => {
  const lake = await temporaryLake();
  // @ts-expect-error no zone
  expect(() => lake.dataset('rwa', 'orders')).toThrow(/there is no zone rwa/);
  for (const name of ['', '_positions', 'a/b', '..', 'Orders', 'a b']) {
    expect(() => lake.dataset('raw', name), name).toThrow(/can't be a dataset's name/);
  }
  expect(() => lake.dataset('raw', 'orders', { partitionBy: { 'a/b': 'x' } })).toThrow(/can't be a partition's name/);
  await expect(openLake('ftp://host/x')).rejects.toMatchObject({ code: 'usage' });
});
