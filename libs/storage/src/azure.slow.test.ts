import { createHmac } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { ABILITIES } from './testing/abilities.ts';
import { azurite } from './testing/locked-packages.ts';
import { startServer, type TestServer } from './testing/start-server.ts';
import { testStore } from './testing/store-contract.ts';

const ACCOUNT = 'acme';
const KEY = Buffer.from('only-here').toString('base64');

let server: TestServer | undefined;

beforeAll(async () => {
  vi.stubEnv('AZURITE_ACCOUNTS', `${ACCOUNT}:${KEY}`);
  const program = join(azurite(), 'node_modules/azurite/dist/src/blob/main.js');
  const options = ['--silent', '--inMemoryPersistence', '--disableTelemetry'];
  server = await startServer((port) => [process.execPath, program, '--blobPort', port, ...options]);
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', ACCOUNT);
  vi.stubEnv('AZURE_STORAGE_KEY', KEY);
  vi.stubEnv('AZURE_STORAGE_ENDPOINT', `${server?.url}/${ACCOUNT}`);
  await makeContainer('lake');
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

/** Signed by an account's SAS, which a store never hands out. */
async function makeContainer(name: string): Promise<void> {
  const expiry = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z$/, 'Z');
  const fields = [ACCOUNT, 'rwlc', 'b', 'c', '', expiry, '', '', '2018-11-09', ''];
  const sig = createHmac('sha256', Buffer.from(KEY, 'base64')).update(fields.join('\n')).digest('base64');
  const query = new URLSearchParams({ sv: '2018-11-09', ss: 'b', srt: 'c', sp: 'rwlc', se: expiry, sig });
  const made = await fetch(`${server?.url}/${ACCOUNT}/${name}?restype=container&${query}`, { method: 'PUT' });
  expect(made.status).toBe(201);
}

testStore((prefix) => openStore(`az://lake/${prefix}`), ABILITIES['az:']);

test('a container that is not there is told from a file that is not', async () => {
  const store = await openStore('az://nothing/x');
  const asked = [
    () => store.list(''),
    () => store.read('a'),
    () => store.copy('a', 'b'),
    () => store.write('a', ''),
    () => store.write('a', '', { ifAbsent: true }),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ reason: 'bucket', code: 'environment' });
});

test('a signed URL opens no other blob, allows nothing else, and expires', async () => {
  const store = await openStore('az://lake/secrets');
  await store.write('mine', 'a');
  await store.write('other', 'b');
  const { url } = await store.signedUrl('mine', { access: 'read', expires: 60 });
  expect((await fetch(url)).status).toBe(200);
  expect((await fetch(url.replace('/mine?', '/other?'))).status).toBe(403);
  const headers = { 'x-ms-blob-type': 'BlockBlob' };
  expect((await fetch(url, { method: 'PUT', headers, body: 'c' })).status).toBe(403);
  const short = await store.signedUrl('mine', { access: 'read', expires: 1 });
  await vi.waitFor(async () => expect((await fetch(short.url)).status).toBe(403), { timeout: 10_000, interval: 500 });
});
