import path from 'node:path';
import { loadModel, type ServedModel } from '@ml-platform/serving';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildServer } from '../build-server.ts';

const fixtures = path.join(import.meta.dirname, '../../../../libs/serving/fixtures');
const row = { origin: 'LAX', hour: 14, distance: 580 };
const missing = { origin: null, hour: null, distance: 1 };
const JSON_LINES = 'application/jsonlines';

let model: ServedModel;
let app: FastifyInstance;

beforeAll(async () => {
  model = await loadModel(path.join(fixtures, 'delay'));
  app = await buildServer({ name: 'delays', version: '3', model }, { bodyLimit: 10_000 });
});
afterAll(() => Promise.all([app.close(), model.close()]));

const invoke = (type: string | undefined, body: string | object, headers: Record<string, string> = {}, server = app) =>
  server.inject({
    method: 'POST',
    url: '/invocations',
    headers: { ...(type !== undefined && { 'content-type': type }), ...headers },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  });

async function predicted(...asked: Parameters<typeof invoke>) {
  const { statusCode, headers, body } = await invoke(...asked);
  return [statusCode, headers['content-type'], body];
}

test('ping answers once there is a model', async () => {
  const response = await app.inject({ url: '/ping' });
  expect([response.statusCode, response.json()]).toEqual([200, { status: 'ok' }]);
});

test('JSON is what /predict takes, a list of rows, or one row', async () => {
  const headers = { 'content-type': 'application/json' };
  const both = { instances: [row, missing] };
  const expected = await app.inject({ method: 'POST', url: '/predict', headers, payload: both });
  expect(expected.statusCode).toBe(200);
  const columns = { origin: ['LAX', null], hour: [14, null], distance: [580, 1] };
  for (const body of [both, { columns }, both.instances]) {
    expect((await invoke('application/json', body)).json()).toEqual(expected.json());
  }
  const [first] = expected.json().predictions;
  expect((await invoke('application/json; charset=utf-8', row)).json()).toEqual({
    model: { name: 'delays', version: '3' },
    predictions: [first],
  });
});

test('CSV without a header is answered without one, in lines that stand beside its own', async () => {
  expect(await predicted('text/csv', 'LAX,14,580\n,,1\n')).toEqual([
    200,
    'text/csv',
    expect.stringMatching(/^0\.60295\d*,1\n0\.47083\d*,0$/),
  ]);
});

test('CSV with a header is answered with one, whatever its order', async () => {
  const [, , body] = await predicted('text/csv', 'distance,origin,hour\r\n580,LAX,14\r\n');
  expect(body).toMatch(/^delay_probability,label\n0\.60295\d*,1$/);
  const headless = await predicted('text/csv', 'distance,origin,hour\n580,LAX,14', {
    accept: 'text/csv; header=absent',
  });
  expect(headless[2]).toMatch(/^0\.60295\d*,1$/);
  const headed = await predicted('text/csv;header=absent', 'LAX,14,580', { accept: 'text/csv;header=present' });
  expect(headed[2]).toBe(body);
});

test('JSON Lines are answered line by line', async () => {
  const [status, type, body] = await predicted(JSON_LINES, `${JSON.stringify(row)}\n${JSON.stringify(missing)}\n`);
  expect([status, type]).toEqual([200, JSON_LINES]);
  expect(
    String(body)
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toEqual([
    { delay_probability: expect.closeTo(0.60296, 5), label: 1 },
    { delay_probability: expect.closeTo(0.47084, 5), label: 0 },
  ]);
});

test.each([
  [undefined, 'text/csv'],
  ['', 'text/csv'],
  ['*/*', 'text/csv'],
  ['text/*', 'text/csv'],
  ['application/*', 'application/json'],
  ['application/json', 'application/json'],
  ['Application/JSONLines', JSON_LINES],
  ['image/png, application/jsonlines;q=0.5', JSON_LINES],
])('an answer to CSV that is accepted as %j is %s', async (accept, type) => {
  const [status, answered] = await predicted('text/csv', 'LAX,14,580', accept === undefined ? {} : { accept });
  expect([status, answered]).toEqual([200, type]);
});

const WRONG_FORMAT = 'expected application/json, application/jsonlines, text/csv';

test.each<[string, string | undefined, string | object, Record<string, string>, number, string]>([
  ['another content type', 'image/png', 'x', {}, 415, `the request is image/png, ${WRONG_FORMAT}`],
  ['no content type', undefined, 'x', {}, 415, `the request is of no content type, ${WRONG_FORMAT}`],
  ['an answer in another format', 'text/csv', 'LAX,14,580', { accept: 'image/png' }, 406, 'would have to be image/png'],
  ['no body', 'text/csv', '', {}, 400, 'there are no rows, expected at least one'],
  ['a header alone', 'text/csv', 'origin,hour,distance\n', {}, 400, 'there are no rows'],
  ['a short row', 'text/csv', 'LAX,14,580\nLAX,14', {}, 400, 'row 1 has 2 values, expected 3'],
  ['a wrong cell', 'text/csv', 'LAX,14,580\nLAX,noon,580', {}, 400, 'the column "hour" is "noon" in row 1'],
  ['an open quote', 'text/csv', '"LAX,14,580', {}, 400, "row 0 has a quote that isn't closed"],
  ['a header said to be there', 'text/csv; header=present', 'LAX,14,580', {}, 400, 'the header has "LAX"'],
  ['a line that is not JSON', JSON_LINES, `${JSON.stringify(row)}\n{`, {}, 400, "row 1 isn't JSON"],
  ['a line that is no row', JSON_LINES, '[1]', {}, 400, 'row 0 is [1], expected an object'],
  ['an incomplete row', 'application/json', { origin: 'LAX' }, {}, 400, 'the column "hour" of row 0 is missing'],
  ['something else', 'application/json', { a: 1 }, {}, 400, 'expected either a list "instances"'],
  ['null', 'application/json', 'null', {}, 400, 'expected either a list "instances"'],
  ['text that is not JSON', 'application/json', '{', {}, 400, 'not valid JSON'],
  ['a body beyond the limit', 'text/csv', 'LAX,14,580\n'.repeat(1000), {}, 413, 'too large'],
])('%s is refused', async (_, type, body, headers, status, message) => {
  const response = await invoke(type, body, headers);
  expect([response.statusCode, response.json()]).toEqual([
    status,
    { error: { code: expect.any(String), message: expect.stringContaining(message), hint: expect.any(String) } },
  ]);
});

describe('a batch transform, which sends files in parts', () => {
  test('has a header in the order that its other parts are in', async () => {
    const server = await buildServer({ name: 'delays', version: '3', model }, { partsOfFiles: true });
    expect((await invoke('text/csv', 'origin,hour,distance\nLAX,14,580', {}, server)).statusCode).toBe(200);
    const refused = await invoke('text/csv', 'hour,origin,distance\n14,LAX,580', {}, server);
    expect([refused.statusCode, refused.json().error.message]).toEqual([
      400,
      expect.stringContaining('the header is hour,origin,distance, expected origin,hour,distance'),
    ]);
    await server.close();
  });
});

test('a large file leaves health checks their turn', async () => {
  const server = await buildServer({ name: 'delays', version: '3', model }, { bodyLimit: 10_000_000 });
  const answered: string[] = [];
  const large = invoke('text/csv', 'LAX,14,580\n'.repeat(100_000), {}, server).then((response) => {
    answered.push('invocations');
    return response.body;
  });
  await new Promise(setImmediate);
  expect((await server.inject({ url: '/ping' })).statusCode).toBe(200);
  answered.push('ping');
  expect((await large).split('\n')).toHaveLength(100_000);
  expect(answered).toEqual(['ping', 'invocations']);
  await server.close();
});
