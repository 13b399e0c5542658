import { startAzurite } from '@ml-platform/storage/testing/azurite';
import { afterAll, beforeAll, vi } from 'vitest';
import { testSharedRegistry } from '../testing/shared-registry-contract.ts';

let azurite: Awaited<ReturnType<typeof startAzurite>> | undefined;
beforeAll(async () => {
  azurite = await startAzurite();
  vi.stubEnv('AZURE_STORAGE_ACCOUNT', azurite.account);
  vi.stubEnv('AZURE_STORAGE_KEY', azurite.key);
  vi.stubEnv('AZURE_STORAGE_ENDPOINT', azurite.endpoint);
  await azurite.makeContainer('models');
}, 300_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await azurite?.stop();
});

testSharedRegistry((name) => `az://models/shared/${name}`);
