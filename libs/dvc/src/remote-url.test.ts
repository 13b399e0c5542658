import { expect, test } from 'vitest';
import { remoteUrl } from './remote-url.ts';

test.each([
  ['s3://acme-data/dvc/', 's3://acme-data/dvc'],
  ['gs://lake', 'gs://lake'],
  ['az://data/dvc', 'azure://data/dvc'],
  ['AZURE://data', 'azure://data'],
  ['/mnt/data', '/mnt/data'],
  ['../acme-data', '../../acme-data'],
  ['../../x/./y/', '../../../x/y'],
])('%s is %s to DVC', (place, url) => {
  expect(remoteUrl(place)).toBe(url);
});

test.each([
  ['http://data', "'http://' is no store for data"],
  ['s3://', "'s3://' has no bucket"],
  ['s3://a b', 'has no bucket'],
  ['data', 'is inside of the workspace'],
  ['./a/../b', 'is inside of the workspace'],
  ['', 'it is empty'],
  ['azure://data/x?sig=secret', 'a key or a password'],
  ['s3://key:secret@data', 'a key or a password'],
])('%s is refused', (place, message) => {
  expect(() => remoteUrl(place)).toThrow(
    expect.objectContaining({ code: 'usage', message: expect.stringContaining(message) }),
  );
  expect(() => remoteUrl(place)).not.toThrow(/secret/);
});
