import { expect, test } from 'vitest';
import { writeHttpResult } from './http-result.ts';

const result = (rawPayload: Buffer) => {
  const headers = { 'content-type': 'a/b', 'content-length': 3, connection: 'keep-alive', 'x-none': undefined };
  return JSON.parse(writeHttpResult({ statusCode: 200, headers, rawPayload }));
};

test('text is text, anything else is base64', () => {
  const base = { statusCode: 200, headers: { 'content-type': 'a/b' } };
  expect(result(Buffer.from('ä"b'))).toEqual({ ...base, body: 'ä"b', isBase64Encoded: false });
  expect(result(Buffer.from([0xff, 0x00]))).toEqual({ ...base, body: '/wA=', isBase64Encoded: true });
});

test('what is beyond the limit of Lambda is answered with what to do', () => {
  expect(result(Buffer.alloc(6_000_000, 'a')).statusCode).toBe(200);
  const { statusCode, body } = result(Buffer.alloc(7_000_000, 'a'));
  expect([statusCode, JSON.parse(body)]).toEqual([
    413,
    { error: { code: 'usage', message: 'the answer has 6.7 MB, Lambda takes 6', hint: 'send fewer rows per request' } },
  ]);
});
