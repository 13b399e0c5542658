import { startMoto } from '@ml-platform/storage/testing/moto';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { testSharedRegistry } from '../testing/shared-registry-contract.ts';
import { openRegistry } from './open-registry.ts';

let moto: Awaited<ReturnType<typeof startMoto>> | undefined;
beforeAll(async () => {
  moto = await startMoto();
  vi.stubEnv('AWS_ENDPOINT_URL', moto.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  await fetch(`${moto.url}/models`, { method: 'PUT' });
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await moto?.stop();
});

testSharedRegistry((name) => `s3://models/shared/${name}`);

test('a bucket that is not there is told by the first change', async () => {
  const registry = await openRegistry('s3://nothing/models');
  await expect(registry.setAlias('delays', 'champion', '1')).rejects.toMatchObject({ code: 'notFound' });
  await expect(openRegistry('s3://nothing/models', { create: false })).rejects.toMatchObject({ code: 'notFound' });
});
