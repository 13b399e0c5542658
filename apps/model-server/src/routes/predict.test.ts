import path from 'node:path';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildServer } from '../build-server.ts';

const fixtures = path.join(import.meta.dirname, '../../../../libs/serving/fixtures');
const row = { origin: 'LAX', hour: 14, distance: 580 };

let model: ServedModel;
let app: FastifyInstance;

beforeAll(async () => {
  model = await loadModel(path.join(fixtures, 'delay'));
  app = await buildServer({ name: 'delays', version: '3', model }, { bodyLimit: 10_000 });
});
afterAll(() => Promise.all([app.close(), model.close()]));

async function predict(payload: unknown, headers: Record<string, string> = {}) {
  const body = typeof payload === 'string' ? payload : JSON.stringify(payload);
  const response = await app.inject({
    method: 'POST',
    url: '/predict',
    headers: { 'content-type': 'application/json', ...headers },
    body,
  });
  return { status: response.statusCode, body: response.json() };
}

test('predicts instances and columns alike, and says which model did', async () => {
  const expected = {
    status: 200,
    body: {
      model: { name: 'delays', version: '3' },
      predictions: [
        { delay_probability: expect.closeTo(0.60296, 5), label: 1 },
        { delay_probability: expect.closeTo(0.47084, 5), label: 0 },
      ],
    },
  };
  expect(await predict({ instances: [row, { origin: null, hour: null, distance: 1 }] })).toEqual(expected);
  expect(await predict({ columns: { origin: ['LAX', null], hour: [14, null], distance: [580, 1] } })).toEqual(expected);
});

test.each([
  ['nothing', {}],
  ['both', { instances: [row], columns: { origin: ['LAX'] } }],
  ['no list', { instances: row }],
  ['no object', { columns: [row] }],
  ['null', null],
])('a body with %s is answered with an example', async (_, body) => {
  expect(await predict(body)).toEqual({
    status: 400,
    body: {
      error: {
        code: 'usage',
        message: 'expected either a list "instances" or an object "columns"',
        hint: 'for example {"instances":[{"origin":"LAX","hour":14,"distance":580}]}',
      },
    },
  });
});

test('a wrong value is answered with its column and row', async () => {
  expect(await predict({ instances: [row, { ...row, hour: '14' }] })).toEqual({
    status: 400,
    body: {
      error: {
        code: 'data',
        message: 'the column "hour" is "14" in row 1, expected a number or null (float32)',
        hint: 'the model takes origin (string), hour (float32), distance (float32)',
      },
    },
  });
});

test.each([
  ['text that is not JSON', '{"instances":', {}, 400, 'send valid JSON; NaN is written as null'],
  ['an empty body', '', {}, 400, 'send a JSON body; /docs has an example'],
  ['a poisoned prototype', '{"instances":[],"__proto__":{}}', {}, 400, 'send valid JSON; NaN is written as null'],
  ['another content type', 'a=1', { 'content-type': 'text/plain' }, 415, /content-type: application\/json/],
  ['a body beyond the limit', { instances: Array(500).fill(row) }, {}, 413, 'send fewer rows per request'],
])('%s is refused', async (_, payload, headers, status, hint) => {
  expect(await predict(payload, headers)).toEqual({
    status,
    body: { error: { code: 'usage', message: expect.any(String), hint: expect.stringMatching(hint) } },
  });
});

test('requests at once get the answers that they get alone', async () => {
  const rows = Array.from({ length: 50 }, (_, n) => ({ origin: 'ABQ', hour: n % 24, distance: n * 40 }));
  const alone = (await predict({ instances: rows })).body.predictions;
  const together = await Promise.all(rows.map((instance) => predict({ instances: [instance] })));
  expect(together.map(({ body }) => body.predictions[0])).toEqual(alone);
});

test('values that JSON lacks are null or strings', async () => {
  const types = await loadModel(path.join(fixtures, 'every-type'));
  const server = await buildServer({ name: 'types', version: '1', model: types });
  const instance = { ...types.manifest.example, float32_in: null, int64_in: '9007199254740993' };
  const response = await server.inject({ method: 'POST', url: '/predict', payload: { instances: [instance] } });
  expect(response.json().predictions).toEqual([
    {
      string_out: 'a',
      float32_out: null,
      float64_out: 0.1,
      int32_out: -7,
      int64_out: '9007199254740993',
      bool_out: true,
    },
  ]);
  await Promise.all([server.close(), types.close()]);
});

test('a model that fails is the server’s fault, and only for the request that causes it', async () => {
  const lookup = await loadModel(path.join(fixtures, 'lookup'));
  const server = await buildServer({ name: 'lookup', version: '1', model: lookup });
  const send = (index: number) =>
    server.inject({ method: 'POST', url: '/predict', payload: { instances: [{ index }] } });
  const [right, wrong] = await Promise.all([send(1), send(9)]);
  expect([right.statusCode, right.json().predictions]).toEqual([200, [{ value: 20 }]]);
  expect([wrong.statusCode, wrong.json().error.code]).toEqual([500, 'step']);
  await Promise.all([server.close(), lookup.close()]);
});

test('an error that nobody foresaw tells the client nothing of the inside', async () => {
  const broken = { ...model, predict: () => Promise.reject(new TypeError('secret')) };
  const server = await buildServer({ name: 'delays', version: '3', model: broken });
  const response = await server.inject({ method: 'POST', url: '/predict', payload: { instances: [row] } });
  expect(response.statusCode).toBe(500);
  expect(response.json()).toEqual({
    error: { code: 'internal', message: 'the server failed', hint: 'its log says why' },
  });
  await server.close();
});

test.each(['/nope', '/%zz'])('%s is no route', async (url) => {
  const response = await app.inject({ url });
  expect(response.json()).toEqual({
    error: { code: expect.any(String), message: expect.any(String), hint: 'see /docs' },
  });
  expect(response.statusCode).toBeGreaterThanOrEqual(400);
});

test('health names the model', async () => {
  const response = await app.inject({ url: '/health' });
  expect(response.json()).toEqual({ status: 'ok', model: { name: 'delays', version: '3' } });
});
