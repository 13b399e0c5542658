import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openSpark } from './open-spark.ts';
import { ID, jobIn } from './testing/job.ts';
import { type Answer, httpServer, type PublishedServer, publishedServer } from './testing/published-server.ts';

const FOLDER = 'gs://lake/runs/7/jobs/aggregate/1';

let answer: Answer;
let server: PublishedServer;
let metadata: PublishedServer;
beforeEach(async () => {
  server = await publishedServer('dataproc', ({ headers }) =>
    headers.authorization === 'Bearer sesame' ? answer : { status: 401, json: { error: { message: 'who?' } } },
  );
  // Application Default Credentials of a machine of Google's.
  metadata = await httpServer(() => ({
    headers: { 'metadata-flavor': 'Google' },
    json: { access_token: 'sesame', expires_in: 3600, token_type: 'Bearer' },
  }));
  vi.stubEnv('GCE_METADATA_HOST', metadata.url.replace('http://', ''));
  vi.stubEnv('METADATA_SERVER_DETECTION', 'assume-present');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '');
  vi.stubEnv('HOME', '/nowhere');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await server.close();
  await metadata.close();
});

const open = (more = '') => openSpark(`dataproc://acme/europe-west4?url=${encodeURIComponent(server.url)}${more}`);

test('a job is a batch, as the published API takes it', async () => {
  answer = { json: { name: 'projects/acme/regions/europe-west4/operations/5' } };
  const settings =
    '&account=spark%40acme.iam&subnetwork=default&version=2.3&image=acme/spark:1&conf.spark.executor.cores=8';
  const name = `sales-${'aggregate-'.repeat(6)}`;
  const id = await open(settings).start(jobIn(FOLDER, { name, timeout: 3600 }));
  expect(id).toMatch(/^sales-aggregate-aggregate--[0-9a-f-]{36}$/);
  expect(id.length).toBeLessThanOrEqual(63);
  const [{ url, body } = never()] = server.requests;
  expect(String(url).replace('http://localhost', '')).toBe(
    `/v1/projects/acme/locations/europe-west4/batches?batchId=${id}&requestId=${ID}`,
  );
  expect(body).toEqual({
    pysparkBatch: {
      mainPythonFileUri: `${FOLDER}/aggregate.py`,
      pythonFileUris: [`${FOLDER}/modules.zip`],
      args: ['--step-context', `${FOLDER}/context.json`],
    },
    runtimeConfig: { version: '2.3', containerImage: 'acme/spark:1', properties: { 'spark.executor.cores': '8' } },
    environmentConfig: {
      executionConfig: { serviceAccount: 'spark@acme.iam', subnetworkUri: 'default', ttl: '3600s' },
    },
  });
});

test('a state with its reason; a stop cancels the operation that made the batch', async () => {
  const operation = 'projects/acme/regions/europe-west4/operations/5';
  answer = { json: { state: 'FAILED', stateMessage: 'no quota', operation } };
  expect(await open().look('b')).toEqual({ name: 'FAILED', ended: 'failed', reason: 'no quota' });
  answer = { json: { state: 'RUNNING', operation } };
  expect(await open().look('b')).toEqual({ name: 'RUNNING' });
  await open()
    .stop('b')
    .catch(() => undefined);
  expect(server.requests.at(-1)).toMatchObject({ method: 'POST', url: { pathname: `/v1/${operation}:cancel` } });
});

test('who is not signed in is told how', async () => {
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', '/nowhere.json');
  await expect(open().look('b')).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining("Dataproc Serverless: Google doesn't know who you are"),
    hint: expect.stringContaining('gcloud auth application-default login'),
  });
});

test('a slip isn’t taken by the published API, nor somebody unknown by the service', async () => {
  answer = { status: 403, json: { error: { code: 403, message: 'no right in acme' } } };
  await expect(open().start(jobIn(FOLDER))).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('(403): no right in acme'),
    hint: expect.stringContaining('gcloud auth application-default login'),
  });
  answer = { json: { state: 'NAPPING' } };
  await expect(open().look('b')).rejects.toThrow('not as published');
});

function never(): never {
  throw new Error('no request came');
}
