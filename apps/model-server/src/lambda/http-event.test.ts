import { expect, test } from 'vitest';
import { readHttpEvent } from './http-event.ts';

const read = (event: unknown) => readHttpEvent(JSON.stringify(event));
const http = (more: object = {}, stage = '$default') => ({
  version: '2.0',
  rawPath: '/predict',
  requestContext: { http: { method: 'POST' }, stage },
  ...more,
});

test('an event of a REST API', () => {
  const headers = { 'Content-Type': 'application/json', 'Content-Length': '2', Connection: 'close' };
  expect(read({ httpMethod: 'POST', path: '/predict', headers, body: '{}', isBase64Encoded: false })).toEqual({
    method: 'POST',
    url: '/predict',
    headers: { 'content-type': 'application/json' },
    body: '{}',
  });
});

test('lists of an event of a REST API win over what it says once', () => {
  const event = {
    httpMethod: 'GET',
    path: '/v2/models/a',
    headers: { accept: 'b' },
    multiValueHeaders: { accept: ['a', 'b'] },
    queryStringParameters: { x: '2' },
    multiValueQueryStringParameters: { x: ['1 &', '2'] },
    body: null,
  };
  expect(read(event)).toEqual({
    method: 'GET',
    url: '/v2/models/a?x=1+%26&x=2',
    headers: { accept: 'a, b' },
    body: '',
  });
  const once = { ...event, multiValueHeaders: null, multiValueQueryStringParameters: null };
  expect(read(once)).toMatchObject({ url: '/v2/models/a?x=2', headers: { accept: 'b' } });
});

test('an event of a function URL, or of an HTTP API', () => {
  const headers = { 'content-type': 'text/csv', 'content-length': '3' };
  const body = Buffer.from('1,2').toString('base64');
  expect(read(http({ rawQueryString: 'a=1&b=%20', headers, body, isBase64Encoded: true }))).toEqual({
    method: 'POST',
    url: '/predict?a=1&b=%20',
    headers: { 'content-type': 'text/csv' },
    body: Buffer.from('1,2'),
  });
});

test.each([
  ['/prod/predict', 'prod', '/predict'],
  ['/prod', 'prod', '/'],
  ['/production/predict', 'prod', '/production/predict'],
  ['/predict', '$default', '/predict'],
])('the path %s of stage %s is %s', (rawPath, stage, url) => {
  expect(read(http({ rawPath }, stage)).url).toBe(url);
});

test.each([[{}], [{ instances: [] }], [null], ['text'], [{ ...http(), version: '3.0' }]])(
  '%j is no request',
  (event) => {
    const refusal = {
      code: 'usage',
      message: 'the event is no HTTP request',
      hint: expect.stringContaining('API Gateway'),
    };
    expect(() => read(event)).toThrow(expect.objectContaining(refusal));
  },
);

test('text that is not JSON is no request', () => {
  expect(() => readHttpEvent('{')).toThrow('the event is no HTTP request');
});
