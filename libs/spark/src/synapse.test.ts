import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetTokens } from './azure-token.ts';
import { openSpark } from './open-spark.ts';
import { ID, jobIn } from './testing/job.ts';
import { type Answer, httpServer, type PublishedServer, publishedServer } from './testing/published-server.ts';

const FOLDER = 'abfss://lake@acme.dfs.core.windows.net/runs/7/jobs/aggregate/1';
const VARIABLES = ['TENANT_ID', 'CLIENT_ID', 'CLIENT_SECRET', 'FEDERATED_TOKEN_FILE'].map((name) => `AZURE_${name}`);

let answer: Answer;
let server: PublishedServer;
let login: PublishedServer;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'synapse-'));
  server = await publishedServer('synapse', ({ headers }) =>
    headers.authorization === 'Bearer sesame' ? answer : { status: 401, json: { code: 'Auth', message: 'who?' } },
  );
  login = await httpServer(() => ({ json: { access_token: 'sesame', expires_in: 3600 } }));
  forgetTokens();
  for (const name of [...VARIABLES, 'IDENTITY_ENDPOINT']) vi.stubEnv(name, '');
  vi.stubEnv('AZURE_AUTHORITY_HOST', login.url);
  vi.stubEnv('AZURE_TENANT_ID', 'acme-tenant');
  vi.stubEnv('AZURE_CLIENT_ID', 'runner');
  vi.stubEnv('AZURE_CLIENT_SECRET', 's&cret');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await login.close();
  await rm(folder, { recursive: true });
});

const open = (more = '') => openSpark(`synapse://acme/small?url=${encodeURIComponent(server.url)}${more}`);
const done = { id: 3, state: 'success', result: 'Succeeded' };

test('a job is a batch of Livy, as the published API takes it', async () => {
  answer = { json: { id: 3, state: 'not_started', result: 'Uncertain' } };
  expect(await open('&executors=4&conf.spark.yarn.tags=x').start(jobIn(FOLDER))).toBe('3');
  const [{ url, body } = never()] = server.requests;
  expect(url.pathname).toBe('/livyApi/versions/2019-11-01-preview/sparkPools/small/batches');
  expect(body).toEqual({
    name: `sales-aggregate-${ID}`,
    file: `${FOLDER}/aggregate.py`,
    pyFiles: [`${FOLDER}/modules.zip`],
    args: ['--step-context', `${FOLDER}/context.json`],
    driverCores: 4,
    driverMemory: '28g',
    executorCores: 4,
    executorMemory: '28g',
    numExecutors: 4,
    conf: { 'spark.yarn.tags': 'x' },
  });
});

test.each([
  [{ id: 3, state: 'running', result: 'Uncertain' }, { name: 'running' }],
  [done, { name: 'success', ended: 'succeeded' }],
  // Livy says `success` of a script that ended, and the service what came of it.
  [
    { id: 3, state: 'dead', result: 'Failed', errorInfo: [{ message: 'no flights', errorCode: 'Spark_User' }] },
    { name: 'dead', ended: 'failed', reason: 'no flights' },
  ],
  [
    { id: 3, state: 'killed', result: 'Cancelled' },
    { name: 'killed', ended: 'stopped' },
  ],
  [{ id: 3, result: 'Uncertain' }, { name: 'submitted' }],
])('%j is read', async (json, state) => {
  answer = { json };
  expect(await open().look('3')).toEqual(state);
});

test('a stop takes the batch away', async () => {
  answer = {};
  await open().stop('3');
  expect(server.requests[0]).toMatchObject({
    method: 'DELETE',
    url: { pathname: expect.stringMatching(/batches\/3$/) },
  });
});

test('az:// is named as Hadoop names it, in the account that the runner knows', () => {
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', 'acme');
  expect(open().address('az://lake/runs/7')).toBe('abfss://lake@acme.dfs.core.windows.net/runs/7');
  expect(() => open().address('s3://lake/runs')).toThrow('Synapse reads az://, and this lies elsewhere');
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', '');
  expect(() => open().address('az://lake/runs/7')).toThrow('az:// needs the name of a storage account');
});

test('a service principal signs in once', async () => {
  answer = { json: done };
  for (const _ of [1, 2]) await open().look('3');
  expect(login.requests.map(({ url, body }) => [url.pathname, String(body)])).toEqual([
    [
      '/acme-tenant/oauth2/v2.0/token',
      'grant_type=client_credentials&client_id=runner&scope=https%3A%2F%2Fdev.azuresynapse.net%2F.default&client_secret=s%26cret',
    ],
  ]);
});

test('so do a workload identity, a managed identity, and who is logged in at the command line', async () => {
  answer = { json: done };
  vi.stubEnv('AZURE_CLIENT_SECRET', '');
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', join(folder, 'token'));
  await writeFile(join(folder, 'token'), 'assertion\n');
  await open().look('3');
  expect(String(login.requests[0]?.body)).toContain('&client_assertion=assertion');
  forgetTokens();
  vi.stubEnv('AZURE_FEDERATED_TOKEN_FILE', '');
  vi.stubEnv('IDENTITY_ENDPOINT', `${login.url}/msi/token`);
  vi.stubEnv('IDENTITY_HEADER', 'secret header');
  await open().look('3');
  expect(login.requests[1]).toMatchObject({ headers: { 'x-identity-header': 'secret header' } });
  expect(String(login.requests[1]?.url)).toContain(
    '/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fdev.azuresynapse.net&client_id=runner',
  );
  forgetTokens();
  vi.stubEnv('IDENTITY_ENDPOINT', '');
  await writeFile(join(folder, 'az'), '#!/bin/sh\necho sesame\n');
  await chmod(join(folder, 'az'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  expect(await open().look('3')).toMatchObject({ ended: 'succeeded' });
});

test('who is not signed in is told how', async () => {
  vi.stubEnv('AZURE_TENANT_ID', '');
  vi.stubEnv('PATH', folder);
  await expect(open().look('3')).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining("Azure doesn't know who you are"),
    hint: expect.stringContaining('az login'),
  });
});

function never(): never {
  throw new Error('no request came');
}
