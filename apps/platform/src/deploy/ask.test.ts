import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { addressesBelow, askHealth, askPrediction } from './ask.ts';

let close: () => void = () => undefined;
afterEach(() => close());

/** A server that answers each question with this, and keeps the last one. */
async function answering(status: number, body: string) {
  const asked: { url?: string; body?: string; headers?: NodeJS.Dict<string | string[]> } = {};
  const server = createServer(async (request, response) => {
    const parts = await request.toArray();
    Object.assign(asked, { url: request.url, body: Buffer.concat(parts).toString(), headers: request.headers });
    response.writeHead(status, { location: 'http://127.0.0.1:9/' }).end(body);
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  close = () => void server.close();
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { asked, asking: { ...addressesBelow(`${url}/stage`), headers: { 'x-api-key': 'k' } } };
}

test.each([
  ['https://x.example', 'https://x.example/predict', 'https://x.example/health'],
  ['https://x.example/', 'https://x.example/predict', 'https://x.example/health'],
  ['https://x.example/live', 'https://x.example/live/predict', 'https://x.example/live/health'],
  ['https://r.example/endpoints/e/invocations', 'https://r.example/endpoints/e/invocations', undefined],
])('below %s it is asked at %s', (url, predict, health) => {
  const found = addressesBelow(url);
  expect([String(found.predict), found.health?.href]).toEqual([predict, health]);
});

test.each(['models', 'ftp://x', '/predict'])('%s is no address of the web', (url) => {
  expect(() => addressesBelow(url)).toThrow(expect.objectContaining({ code: 'usage' }));
});

test('the example is asked as a row, with the headers that were given', async () => {
  const said = JSON.stringify({ model: { name: 'delays', version: '7' }, predictions: [{ label: 1 }] });
  const { asked, asking } = await answering(200, said);
  const answer = await askPrediction(asking, { hour: 7 });
  expect(answer).toEqual({
    milliseconds: expect.any(Number),
    model: { name: 'delays', version: '7' },
    prediction: { label: 1 },
  });
  expect(asked).toMatchObject({ url: '/stage/predict', body: '{"instances":[{"hour":7}]}' });
  expect(asked.headers).toMatchObject({ 'x-api-key': 'k', 'content-type': 'application/json' });
});

test.each<[number, string, string]>([
  [503, 'no model yet', '503 no model yet'],
  [403, '', '403'],
  [302, '', 'unexpected redirect'],
  [200, 'hello', 'no prediction: hello'],
  [200, '{"predictions":[]}', 'no prediction: {"predictions":[]}'],
  [200, '{"predictions":[{}]}', 'no prediction: {"predictions":[{}]}'],
  [200, '{"predictions":[{"label":null}]}', 'no prediction: {"predictions":[{"label":null}]}'],
])('%i %s is a problem', async (status, body, problem) => {
  const { asking } = await answering(status, body);
  expect(await askPrediction(asking, {})).toMatchObject({ problem });
});

test('who does not answer is a problem as well', async () => {
  const asking = { ...addressesBelow('http://127.0.0.1:9'), headers: {} };
  expect((await askPrediction(asking, {})).problem).toMatch(/ECONNREFUSED|bad port/);
  expect(await askHealth(asking, new URL('http://127.0.0.1:9/health'))).toMatch(/ECONNREFUSED|bad port/);
});
