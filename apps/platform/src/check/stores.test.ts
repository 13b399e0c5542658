import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { describeChecks } from './describe-checks.ts';
import { askStores, storesIn } from './stores.ts';

let server: Server;
let asked: string[];
beforeEach(async () => {
  asked = [];
  server = createServer(({ method, url = '' }, response) => {
    asked.push(`${method} ${url}`);
    const isThere = url.startsWith('/lake');
    response.writeHead(isThere ? 200 : 404, { 'content-type': 'application/xml' });
    response.end(
      isThere
        ? '<?xml version="1.0"?><ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>'
        : '<?xml version="1.0"?><Error><Code>NoSuchBucket</Code><Message>not there</Message></Error>',
    );
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

test('finds locations at any depth, and nothing else', () => {
  const sections = {
    argo: { lake: 's3://a/runs' },
    'azure-ml': { submit: { lake: 'az://b' }, workspace: '/w' },
    dvc: null,
  };
  expect(storesIn(sections)).toEqual(['s3://a/runs', 'az://b']);
});

test('a store that is there answers, one that is not is told, and each is asked once', async () => {
  const [lake, nothing, ...others] = await askStores(['s3://nothing/runs', 's3://lake/runs', 's3://lake/runs']);
  expect(lake).toEqual({ store: 's3://lake/runs' });
  expect(nothing?.problem).toEqual({
    message: 's3://nothing/runs: list .platform-check/: ConfigInvalid: NoSuchBucket: not there',
    hint: 'check the network, the credentials and the name',
  });
  expect(others).toEqual([]);
  expect(asked.every((line) => line.includes('.platform-check'))).toBe(true);
  expect(describeChecks({ stores: [{ store: 's3://lake/runs' }] })).toBe('s3://lake/runs  answers\n');
});

test('a folder is a store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'store-'));
  expect(await askStores([`file://${folder}`])).toEqual([{ store: `file://${folder}` }]);
  await rm(folder, { recursive: true });
});

test('Azure without the name of an account is told what to set', async () => {
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', undefined);
  expect(await askStores(['az://lake'])).toEqual([
    {
      store: 'az://lake',
      problem: { message: 'az:// needs the name of a storage account', hint: 'set AZURE_STORAGE_ACCOUNT' },
    },
  ]);
});
