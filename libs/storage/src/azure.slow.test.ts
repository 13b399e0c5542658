import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { ABILITIES } from './testing/abilities.ts';
import { type Azurite, startAzurite } from './testing/start-azurite.ts';
import { testStore } from './testing/store-contract.ts';

let server: Azurite | undefined;

beforeAll(async () => {
  server = await startAzurite();
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', server.account);
  vi.stubEnv('AZURE_STORAGE_KEY', server.key);
  vi.stubEnv('AZURE_STORAGE_ENDPOINT', server.endpoint);
  await server.makeContainer('lake');
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

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
