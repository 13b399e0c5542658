import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { ABILITIES } from './testing/abilities.ts';
import { grownMemory } from './testing/grown-memory.ts';
import { startMoto } from './testing/start-moto.ts';
import type { TestServer } from './testing/start-server.ts';
import { testStore } from './testing/store-contract.ts';

let server: TestServer | undefined;

beforeAll(async () => {
  server = await startMoto();
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'only-here');
  await fetch(`${server.url}/lake`, { method: 'PUT' });
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

testStore((prefix) => openStore(`s3://lake/${prefix}`), ABILITIES['s3:']);

test('a bucket that is not there is told from a file that is not', async () => {
  const store = await openStore('s3://nothing/x');
  const asked = [
    () => store.list(''),
    () => store.read('a'),
    () => store.copy('a', 'b'),
    () => store.write('a', ''),
    () => store.write('a', '', { ifAbsent: true }),
  ];
  for (const ask of asked) await expect(ask()).rejects.toMatchObject({ reason: 'bucket', code: 'environment' });
});

test.each([{ partSize: 5 * 1024 * 1024 }, { ifAbsent: true }])(
  '160 MiB pass in constant memory: %o',
  async (options) => {
    const { length, grown } = await grownMemory(`s3://lake/large-${Object.keys(options)}`, 160, options);
    expect(length).toBe(160 * 1024 * 1024);
    expect(grown).toBeLessThan(120);
  },
);
