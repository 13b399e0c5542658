import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openPredictionLog } from '@ml-platform/serving';
import { buildMultiModelServer } from './build-multi-model-server.ts';

const fixtures = path.join(import.meta.dirname, '../../../libs/serving/fixtures');
const HASH = 'a'.repeat(150);

let app: FastifyInstance;
let available: number;

beforeEach(async () => {
  available = Number.POSITIVE_INFINITY;
  app = await buildMultiModelServer({ availableMemory: () => available });
});
afterEach(() => app.close());

async function ask(method: 'GET' | 'POST' | 'DELETE', url: string, more: InjectOptions = {}) {
  const response = await app.inject({ method, url, ...more });
  return [response.statusCode, response.json()];
}

const place = (model_name: string, fixture = 'delay') => ({ model_name, url: path.join(fixtures, fixture) });
const load = (model_name: string, fixture?: string, headers = {}) =>
  ask('POST', '/models', { payload: place(model_name, fixture), headers });
const refused = (status: number, message: string) => [
  status,
  { error: { code: expect.any(String), message: expect.stringContaining(message), hint: expect.any(String) } },
];

test('a model is loaded, listed, asked, unloaded, and loaded anew', async () => {
  expect(await ask('GET', '/ping')).toEqual([200, { status: 'ok' }]);
  expect(await ask('GET', '/models')).toEqual([200, { models: [] }]);
  const loaded = { modelName: HASH, modelUrl: path.join(fixtures, 'delay') };
  expect(await load(HASH, 'delay', { 'x-amzn-sagemaker-target-model': 'delays/3.tar.gz' })).toEqual([200, loaded]);
  expect(await ask('GET', '/models')).toEqual([200, { models: [loaded] }]);
  expect(await ask('GET', `/models/${HASH}`)).toEqual([200, loaded]);
  const asked = {
    headers: { 'content-type': 'application/json' },
    payload: '[{"origin":"LAX","hour":14,"distance":580}]',
  };
  expect(await ask('POST', `/models/${HASH}/invoke`, asked)).toEqual([
    200,
    {
      model: { name: 'delays/3.tar.gz', version: expect.stringMatching(/^[0-9a-f]{12}$/) },
      predictions: [{ delay_probability: expect.closeTo(0.60296, 5), label: 1 }],
    },
  ]);
  const headers = { 'content-type': 'application/json' };
  expect(await ask('DELETE', `/models/${HASH}`, { headers })).toEqual([200, {}]);
  expect(await ask('GET', `/models/${HASH}`)).toEqual(refused(404, "isn't loaded"));
  expect(await load(HASH)).toEqual([200, loaded]);
});

test('predictions of each model are kept under its name', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'log-'));
  const log = await openPredictionLog(folder);
  const logging = await buildMultiModelServer({ log });
  const post = (url: string, payload: object) => logging.inject({ method: 'POST', url, payload });
  for (const name of ['one', 'two']) await post('/models', place(name));
  for (const name of ['one', 'two', 'two']) {
    await post(`/models/${name}/invoke`, { origin: 'LAX', hour: 14, distance: 580 });
  }
  expect((await logging.inject({ url: '/metrics' })).body).toContain(
    'prediction_log_rows_total{outcome="dropped"} 0\n',
  );
  await logging.close();
  await log.close();
  const text = globSync('*/*.jsonl', { cwd: folder }).map((file) => readFileSync(path.join(folder, file), 'utf8'));
  await rm(folder, { recursive: true });
  expect(text.join('').match(/"model":"(one|two)"/g)).toEqual(['"model":"one"', '"model":"two"', '"model":"two"']);
});

test('models side by side answer in the formats of /invocations, each by its own columns', async () => {
  await Promise.all([load('delays'), load('lookup', 'lookup')]);
  const csv = (url: string, payload: string) =>
    app.inject({ method: 'POST', url, headers: { 'content-type': 'text/csv' }, payload });
  expect((await csv('/models/delays/invoke', 'LAX,14,580')).body).toMatch(/^0\.60295\d*,1$/);
  expect((await csv('/models/lookup/invoke', 'index\n1')).body).toBe('value\n20');
});

test('requests in flight are answered by a model that is being unloaded', async () => {
  await load('delays');
  const asked = { headers: { 'content-type': 'text/csv' }, payload: 'LAX,14,580\n'.repeat(20_000) };
  const inFlight = app.inject({ method: 'POST', url: '/models/delays/invoke', ...asked });
  await new Promise(setImmediate);
  await new Promise(setImmediate);
  const unloaded = ask('DELETE', '/models/delays');
  expect((await inFlight).statusCode).toBe(200);
  expect(await unloaded).toEqual([200, {}]);
  expect(await ask('POST', '/models/delays/invoke', asked)).toEqual(refused(404, 'the model "delays" isn\'t loaded'));
});

test('a name is loaded once, though asked for twice at a time', async () => {
  const statuses = (await Promise.all([load('delays'), load('delays')])).map(([status]) => status);
  expect(statuses.toSorted()).toEqual([200, 409]);
  expect(await load('delays')).toEqual(refused(409, 'the model "delays" is loaded already'));
});

test('without the memory for it a model is not loaded, until there is', async () => {
  available = 1024;
  expect(await load('delays')).toEqual(refused(507, 'the model takes 33 MB of memory, there are 1 MB of memory'));
  available = 2 ** 30;
  expect((await load('delays'))[0]).toBe(200);
});

test('the list comes in pages', async () => {
  for (const name of ['a', 'b', 'c']) await load(name);
  const page = async (query: string) => {
    const [, body] = await ask('GET', `/models${query}`);
    return [body.models.map(({ modelName }: { modelName: string }) => modelName), body.nextPageToken];
  };
  expect(await page('')).toEqual([['a', 'b', 'c'], undefined]);
  expect(await page('?limit=2')).toEqual([['a', 'b'], 'c']);
  expect(await page('?limit=2&next_page_token=c')).toEqual([['c'], undefined]);
  for (const query of ['?limit=0', '?limit=x', '?next_page_token=z']) {
    expect(await ask('GET', `/models${query}`)).toEqual(refused(400, 'expected a limit of 1 at least'));
  }
});

test('what cannot be loaded, or is not there, is refused', async () => {
  expect(await ask('POST', '/models', { payload: { model_name: 'a' } })).toEqual(refused(400, 'expected the name and'));
  expect(await load('a', 'none')).toEqual(refused(404, 'no model.json'));
  const folder = await mkdtemp(path.join(tmpdir(), 'model-'));
  await writeFile(path.join(folder, 'model.json'), '{}');
  expect(await ask('POST', '/models', { payload: { model_name: 'a', url: folder } })).toEqual(
    refused(400, 'model.json'),
  );
  await rm(folder, { recursive: true });
  expect(await ask('DELETE', '/models/a')).toEqual(refused(404, 'the model "a" isn\'t loaded'));
  expect(await ask('POST', '/models/a/invoke', { payload: {} })).toEqual(refused(404, 'the model "a" isn\'t loaded'));
  expect((await load('a'))[0]).toBe(200);
});

test('the routes are documented', async () => {
  const [, document] = await ask('GET', '/openapi.json');
  expect(Object.keys(document.paths)).toEqual(['/ping', '/models', '/models/{model}', '/models/{model}/invoke']);
});
