import { createHash, createVerify, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { openStore } from './open-store.ts';

const folder = mkdtempSync(join(tmpdir(), 'keys-'));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test('GCS: the signature holds for the one address, as its documentation builds it', async () => {
  const publicKey = serviceAccount();
  const store = await openStore('gs://lake/run s');
  for (const [access, method] of [
    ['read', 'GET'],
    ['write', 'PUT'],
  ] as const) {
    const signed = await store.signedUrl('é/day=1/a b+c.txt', { access, expires: 90 });
    expect(signed).toMatchObject({ method, url: expect.stringContaining('X-Goog-Expires=90&') });
    expect(isSigned(signed.url, method, publicKey)).toBe(true);
    expect(isSigned(signed.url.replace('a%20b', 'a%20c'), method, publicKey)).toBe(false);
  }
});

test('GCS without a key of a service account is told what to set', async () => {
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', join(folder, 'nothing.json'));
  vi.stubEnv('HOME', folder);
  const store = await openStore('gs://lake');
  await expect(store.signedUrl('a', { access: 'read', expires: 9 })).rejects.toMatchObject({
    reason: 'denied',
    hint: expect.stringContaining('GOOGLE_APPLICATION_CREDENTIALS'),
  });
});

test('S3: the address names its expiry and covers no header but the host', async () => {
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'id');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  const store = await openStore('s3://lake/runs');
  const { url, method, headers } = await store.signedUrl('day=1/a b', { access: 'write', expires: 90 });
  expect({ method, headers }).toEqual({ method: 'PUT', headers: {} });
  expect(url).toContain('/lake/runs/day%3D1/a%20b?');
  expect(url).toMatch(/X-Amz-Expires=90&X-Amz-SignedHeaders=host/);
});

test("Azure without the account's key is told what to set", async () => {
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', 'acme');
  vi.stubEnv('AZURE_STORAGE_KEY', undefined);
  const store = await openStore('az://lake');
  const refused = { code: 'usage', reason: 'unsupported', hint: 'set AZURE_STORAGE_KEY' };
  await expect(store.signedUrl('a', { access: 'read', expires: 9 })).rejects.toMatchObject(refused);
  await expect(store.write('a', '', { ifAbsent: true })).rejects.toMatchObject(refused);
});

/** Makes a service account's key file, and has it found. */
function serviceAccount(): KeyObject {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const file = join(folder, 'account.json');
  const key = privateKey.export({ type: 'pkcs8', format: 'pem' });
  writeFileSync(file, JSON.stringify({ type: 'service_account', client_email: 'a@b.example', private_key: key }));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  return publicKey;
}

/** https://cloud.google.com/storage/docs/authentication/canonical-requests */
function isSigned(address: string, method: string, key: KeyObject): boolean {
  const { host, pathname, search } = new URL(address);
  const query = search.slice(1).split('&').sort();
  const signature = query.find((pair) => pair.startsWith('X-Goog-Signature='))?.split('=')[1] ?? '';
  const canonical = query.filter((pair) => !pair.startsWith('X-Goog-Signature=')).join('&');
  const request = [method, pathname, canonical, `host:${host}`, '', 'host', 'UNSIGNED-PAYLOAD'].join('\n');
  const parameters = new URL(address).searchParams;
  const scope = parameters.get('X-Goog-Credential')?.split('/').slice(1).join('/');
  const hash = createHash('sha256').update(request).digest('hex');
  const text = ['GOOG4-RSA-SHA256', parameters.get('X-Goog-Date'), scope, hash].join('\n');
  return createVerify('RSA-SHA256').update(text).verify(key, Buffer.from(signature, 'hex'));
}
