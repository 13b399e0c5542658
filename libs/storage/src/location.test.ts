import { expect, test } from 'vitest';
import { isLocation, parseLocation } from './location.ts';

test.each([
  ['file:///data/lake/', {}, { scheme: 'fs', options: { root: '/data/lake' } }],
  ['file:///data/a%20lake', {}, { scheme: 'fs', options: { root: '/data/a lake' } }],
  ['s3://lake', {}, { scheme: 's3', options: { bucket: 'lake', root: '/', region: 'us-east-1' } }],
  [
    's3://lake/runs/7',
    { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL: 'http://127.0.0.1:5000' },
    {
      scheme: 's3',
      options: { bucket: 'lake', root: '/runs/7', region: 'eu-west-1', endpoint: 'http://127.0.0.1:5000' },
    },
  ],
  ['gs://lake/runs', {}, { scheme: 'gcs', options: { bucket: 'lake', root: '/runs' } }],
  [
    'gs://lake',
    { STORAGE_EMULATOR_HOST: '127.0.0.1:9023' },
    {
      scheme: 'gcs',
      options: {
        bucket: 'lake',
        root: '/',
        endpoint: 'http://127.0.0.1:9023',
        allow_anonymous: 'true',
        disable_config_load: 'true',
        disable_vm_metadata: 'true',
      },
    },
  ],
  [
    'az://lake/runs',
    { AZURE_STORAGE_ACCOUNT: 'acme' },
    {
      scheme: 'azblob',
      options: {
        container: 'lake',
        root: '/runs',
        account_name: 'acme',
        endpoint: 'https://acme.blob.core.windows.net',
      },
    },
  ],
])('%s', (uri, env, location) => {
  expect(parseLocation(uri, env)).toEqual(location);
});

test.each([
  ['http://lake/x', 'is no location in a store'],
  ['s3:///x', 'is no location in a store'],
  ['file://host/x', 'is no location in a store'],
  ['az://lake/x', 'az:// needs the name of a storage account'],
])('%s is refused', (uri, message) => {
  expect(() => parseLocation(uri, {})).toThrow(message);
});

test('a path of this machine is no location', () => {
  expect(['/data', 'data', 'C:\\data', 'C:/data'].filter(isLocation)).toEqual([]);
  expect(isLocation('s3://lake')).toBe(true);
});
