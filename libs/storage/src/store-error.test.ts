import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { inspect } from 'node:util';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Store } from './object-store.ts';
import { openStore } from './open-store.ts';
import { storeError } from './store-error.ts';

let server: Server;
let asked: string[];
/** What the server answers, one after another, the last one again and again; 0 hangs up. */
let answers: { status: number; code?: string; body?: string }[];
let store: Store;

beforeEach(async () => {
  asked = [];
  server = createServer((request, response) => {
    asked.push(request.method ?? '');
    const { status, code, body } = answers[Math.min(asked.length, answers.length) - 1] ?? { status: 200 };
    if (status === 0) return request.socket.destroy();
    request.resume().on('end', () => {
      const xml = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>said</Message></Error>`;
      response.writeHead(status, { 'content-type': 'application/xml' }).end(body ?? (code && xml));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'the-id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  vi.stubEnv('AWS_SESSION_TOKEN', 'for-an-hour');
  store = await openStore('s3://lake/runs');
});
afterEach(() => {
  vi.unstubAllEnvs();
  server.close();
});

const range = { start: 0, end: 3 };

test.each<[string, number, string, object]>([
  ['a key', 404, 'NoSuchKey', { code: 'notFound', reason: 'missing' }],
  ['a bucket', 404, 'NoSuchBucket', { code: 'environment', reason: 'bucket' }],
  ['a right', 403, 'AccessDenied', { code: 'environment', reason: 'denied' }],
])('%s that is lacking is told, and no more than that', async (_, status, code, error) => {
  answers = [{ status, code }];
  const asks = [
    () => store.read('a', { range }),
    () => store.write('a', 'b'),
    () => store.write('a', 'b', { ifAbsent: true }),
    () => store.copy('a', 'b'),
    () => store.list(''),
  ];
  for (const ask of asks) {
    const thrown = await ask().catch((caught: unknown) => caught);
    expect(thrown).toMatchObject({ ...error, message: expect.stringMatching(/^s3:\/\/lake\/runs: .*said$/) });
    expect(inspect(thrown, { depth: 9 })).not.toMatch(/the-id|only-here|for-an-hour|Signature|127\.0\.0\.1/);
  }
});

test('an answer that passes is asked for again, three times at most', async () => {
  answers = [
    { status: 503, code: 'SlowDown' },
    { status: 503, code: 'SlowDown' },
    { status: 206, body: 'abc' },
  ];
  expect(await store.read('a', { range })).toEqual(Buffer.from('abc'));
  expect(asked).toHaveLength(3);
  answers = [{ status: 503, code: 'SlowDown' }];
  for (const ask of [() => store.read('a', { range }), () => store.write('a', ''), () => store.list('')]) {
    asked = [];
    await expect(ask()).rejects.toMatchObject({ code: 'environment', reason: 'failed' });
    expect(asked).toHaveLength(4);
  }
});

test('a conditional write is sent again only where nothing was done, else its outcome is unknown', async () => {
  answers = [{ status: 409, code: 'ConditionalRequestConflict' }, { status: 503, code: 'SlowDown' }, { status: 200 }];
  await store.write('a', '', { ifAbsent: true });
  expect(asked).toHaveLength(3);
  for (const [status, message] of [
    [500, 'InternalError'],
    [0, 'the connection broke before the answer'],
  ] as const) {
    answers = [{ status, code: 'InternalError' }];
    asked = [];
    const written = store.write('a', '', { ifMatch: '"1"' });
    await expect(written).rejects.toMatchObject({ code: 'environment', message: expect.stringContaining(message) });
    expect(asked).toHaveLength(1);
  }
});

test('a store that sends all where a range was asked for is not believed', async () => {
  answers = [{ status: 200, body: 'abcdef' }];
  await expect(store.read('a', { range })).rejects.toThrow('all of it instead of a range');
});

test('a store that does not answer is told from one that refuses', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  const nobody = await openStore('s3://lake/runs');
  const asks = [
    () => nobody.stat('a'),
    () => nobody.read('a', { range }),
    () => nobody.write('a', ''),
    () => nobody.write('a', '', { ifAbsent: true }),
  ];
  const unreachable = { code: 'environment', reason: 'unreachable', message: expect.stringMatching(/no answer$/) };
  await Promise.all(asks.map((ask) => expect(ask()).rejects.toMatchObject(unreachable)));
});

test.each([
  [
    'NotFound (permanent) at read, context: { uri: https://x?sig=s } => GcsError { error: GcsErrorBody { code: 404, message: "The specified bucket does not exist.", errors: [] } }',
    'bucket',
    'gs://x: NotFound: 404: The specified bucket does not exist.',
  ],
  [
    'Unexpected (persistent) at stat, context: { url: https://x?sig=s } => send http request, source: error sending request for url (https://x?sig=s)',
    'unreachable',
    'gs://x: Unexpected: no answer',
  ],
  [
    'ConfigInvalid (permanent) at presign, context: { service: gcs } => no valid credential found',
    'denied',
    'gs://x: ConfigInvalid: no valid credential found',
  ],
  ['Unexpected (permanent) at stat => see https://x?sig=s', 'failed', 'gs://x: Unexpected'],
  ['ENOSPC: no space left on device, write', 'failed', 'gs://x: ENOSPC: no space left on device, write'],
])('%s', (message, reason, told) => {
  expect(storeError('gs://x', new Error(message))).toMatchObject({ reason, message: told });
});
