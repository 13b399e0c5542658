import { join } from 'node:path';
import { afterAll, beforeAll, vi } from 'vitest';
import { openStore } from './open-store.ts';
import { ABILITIES } from './testing/abilities.ts';
import { pythonServers } from './testing/locked-packages.ts';
import { startServer, type TestServer } from './testing/start-server.ts';
import { testStore } from './testing/store-contract.ts';

let server: TestServer | undefined;

beforeAll(async () => {
  const python = join(pythonServers(), 'venv/bin/python');
  const options = ['--in-memory', '--default-bucket', 'lake'];
  server = await startServer((port) => [
    python,
    '-m',
    'gcp_storage_emulator',
    'start',
    '--host',
    '127.0.0.1',
    '--port',
    port,
    ...options,
  ]);
  vi.stubEnv('STORAGE_EMULATOR_HOST', server.url);
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  await server?.stop();
});

// The emulator knows neither parts nor signatures.
testStore((prefix) => openStore(`gs://lake/${prefix}`), { ...ABILITIES['gs:'], partSize: 16_000_000 });
