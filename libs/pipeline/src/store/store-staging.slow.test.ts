import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStore } from '@ml-platform/storage';
import { freePort } from '../testing/free-port.ts';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pythonEnvironment } from '../python/python-environment.ts';
import { numbersProject } from '../testing/numbers-project.ts';

let server: ChildProcess;
let folder: string;

beforeAll(async () => {
  const python = await pythonEnvironment(fileURLToPath(new URL('testing/requirements.txt', import.meta.url)));
  const port = await freePort();
  server = spawn(join(dirname(python), 'moto_server'), ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  const lake = `http://127.0.0.1:${port}/lake`;
  await vi.waitFor(async () => expect((await fetch(lake, { method: 'PUT' })).ok).toBe(true), { timeout: 60_000 });
  folder = await mkdtemp(join(tmpdir(), 's3-'));
}, 300_000);

afterAll(async () => {
  vi.unstubAllEnvs();
  server.kill();
  await rm(folder, { recursive: true, force: true });
});

test('S3: files of several parts go up and come back, are listed and removed', async () => {
  const store = await openStore('s3://lake/runs/7');
  const bytes = Buffer.alloc(12_000_000, 'flights');
  await writeFile(join(folder, 'table.parquet'), bytes);
  await store.upload(join(folder, 'table.parquet'), 'artifacts/ingest/table.parquet');
  expect(await store.list('artifacts/')).toEqual(['artifacts/ingest/table.parquet']);
  await store.download('artifacts/ingest/table.parquet', join(folder, 'back.parquet'));
  expect((await readFile(join(folder, 'back.parquet'))).equals(bytes)).toBe(true);
  await store.remove('artifacts/');
  expect(await store.list('artifacts/')).toEqual([]);
});

test('S3: a key and a bucket that are not there are told apart from a store that does not answer', async () => {
  const store = await openStore('s3://lake/runs/8');
  await expect(store.download('nothing.json', join(folder, 'x'))).rejects.toMatchObject({ code: 'notFound' });
  const endpoint = process.env.AWS_ENDPOINT_URL;
  vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.0.0.1:1');
  const unreachable = await openStore('s3://lake/runs/8');
  await expect(unreachable.list('')).rejects.toMatchObject({
    code: 'environment',
    hint: 'check the network, the credentials and the name',
  });
  vi.stubEnv('AWS_ENDPOINT_URL', endpoint);
});

test('a pipeline runs with all that it hands on in S3', async () => {
  const numbers = await numbersProject();
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => name.startsWith('AWS_')));
  for (const step of ['count', 'add-up', 'celebrate']) {
    const args = ['--step', step, '--store', 's3://lake/runs/9', '--params-json', '{"count":{"upTo":3}}'];
    const { exitCode, stderr } = await numbers.command(args, env as Record<string, string>);
    expect(exitCode, stderr).toBe(0);
  }
  await numbers.remove();
  const store = await openStore('s3://lake/runs/9');
  expect(await store.list('')).toEqual([
    'artifacts/add-up/metrics.json',
    'artifacts/count/numbers.json',
    'runs/add-up.json',
    'runs/celebrate.json',
    'runs/count.json',
  ]);
});
