import { once } from 'node:events';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { startAzurite } from '@ml-platform/storage/testing/azurite';
import { execa } from 'execa';
import { beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { DvcError } from './failures/dvc-error.ts';
import { dvcEnvironment } from './testing/dvc-environment.ts';
import { holdLock } from './testing/hold-lock.ts';
import { type Repository, repository } from './testing/repository.ts';

const PIPELINE = `stages:
  train:
    cmd: printf '{"auc":0.5}' > m.json; printf 'step,loss\\n0,1\\n' > loss.csv
    deps: [a.txt]
    params: [depth]
    metrics: [{ m.json: { cache: false } }]
    plots: [{ loss.csv: { cache: false, x: step, y: loss } }]
`;
/** One attempt for each request: the SDK would go on asking a server that is gone. */
const AWS = {
  AWS_ACCESS_KEY_ID: 'a',
  AWS_SECRET_ACCESS_KEY: 'b',
  AWS_DEFAULT_REGION: 'us-east-1',
  AWS_MAX_ATTEMPTS: '1',
};

let repo: Repository;
beforeEach(async () => {
  repo = await repository({ 'a.txt': 'first\n', 'params.yaml': 'depth: 3\n', 'dvc.yaml': PIPELINE });
  return () => repo.remove();
}, 300_000);

test('experiments, plots, differences, and what is no longer used', async () => {
  const { dvc, path } = repo;
  await dvc.add(['a.txt']);
  await dvc.repro();
  await repo.commit();
  const [experiments, plots] = await Promise.all([
    dvc.expShow(),
    dvc.plotsDiff(['HEAD'], join(repo.folder, '../plots')),
  ]);
  expect(experiments[0]).toMatchObject({
    rev: 'workspace',
    data: { params: { 'params.yaml': { data: { depth: 3 } } }, metrics: { 'm.json': { data: { auc: 0.5 } } } },
  });
  expect(plots.data['loss.csv']?.[0]).toMatchObject({ type: 'vega', content: expect.anything() });
  await writeFile(path('a.txt'), 'second\n');
  await dvc.commit(['a.txt.dvc'], { force: true });
  expect(await dvc.diff()).toMatchObject({ modified: [{ path: 'a.txt' }], added: [], renamed: [] });
  // The cache of runs holds what the stage wrote without a cache; only a.txt has a commit that uses it.
  expect(await dvc.gc({ keep: ['workspace', 'allCommits'], dryRun: true })).toEqual({ removed: 2 });
  expect(await dvc.gc({ keep: ['workspace'], dryRun: true })).toEqual({ removed: 3 });
  expect(await dvc.gc({ keep: ['workspace'], dryRun: false })).toEqual({ removed: 3 });
  await dvc.checkCache();
});

test('a lock that another process holds for longer than a call may wait', async () => {
  const release = await holdLock(repo.folder, join(await dvcEnvironment(), 'dvc'));
  await expect(repo.open({ lockWaitSeconds: 0 }).status()).rejects.toMatchObject({
    reason: 'lockHeld',
    code: 'busy',
    hint: expect.stringContaining('lockWaitSeconds'),
  });
  await release();
});

test('S3: there and back; a bucket that is not there; a server that ends in the middle of a push', async () => {
  const dvc = repo.open({ env: AWS });
  const port = await freePort();
  const stop = await startMoto(port);
  for (let n = 0; n < 40; n++) await repo.write({ [`d/${n}`]: `${n}`.repeat(50_000) });
  await dvc.add(['d', 'a.txt']);
  await dvc.remoteAdd('lake', 's3://lake/data', { isDefault: true });
  await dvc.remoteModify('lake', 'endpointurl', `http://127.0.0.1:${port}`);
  await expect(dvc.push(['a.txt'])).rejects.toMatchObject({ reason: 'remoteUnreachable' });

  await makeBucket(port);
  let isStopped = false;
  const onProgress = ({ label, done }: { label: string; done: number }) => {
    if (!label.startsWith('Pushing') || done === 0 || isStopped) return;
    isStopped = true;
    stop();
  };
  await expect(dvc.push([], { jobs: 1, onProgress })).rejects.toMatchObject({ reason: 'remoteUnreachable' });
  expect(isStopped).toBe(true);

  await startMoto(port);
  await makeBucket(port);
  expect(await dvc.push()).toEqual({ pushed: 42 });
  await rm(repo.path('.dvc/cache'), { recursive: true });
  await rm(repo.path('d'), { recursive: true });
  expect(await dvc.pull(['d'])).toMatchObject({ fetched: 41, added: ['d/'] });
  expect(await dvc.cloudStatus(['d'])).toEqual({});
});

test('Azure: there and back, with the key in a file that Git ignores; a container that is not there', async () => {
  const { dvc } = repo;
  const azure = await startAzurite();
  onTestFinished(azure.stop);
  await dvc.add(['a.txt']);
  await dvc.remoteAdd('lake', 'azure://lake/data', { isDefault: true });
  const { account, key, endpoint } = azure;
  const secret = `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${endpoint};`;
  await dvc.remoteModify('lake', 'connection_string', secret, { local: true });
  expect(await readFile(repo.path('.dvc/config'), 'utf8')).not.toContain(key);
  const refused = await dvc.push().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DvcError);
  expect(String(refused)).not.toContain(key);

  await azure.makeContainer('lake');
  expect(await dvc.push()).toEqual({ pushed: 1 });
  expect(await dvc.cloudStatus()).toEqual({});
  await rm(repo.path('.dvc/cache'), { recursive: true });
  await rm(repo.path('a.txt'));
  expect(await dvc.pull()).toMatchObject({ fetched: 1, added: ['a.txt'] });
}, 120_000);

async function startMoto(port: number) {
  const python = join(await dvcEnvironment(), 'python');
  const server = execa(python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)], {
    stdio: 'ignore',
    reject: false,
  });
  const stop = () => void server.kill('SIGKILL');
  onTestFinished(stop);
  await vi.waitFor(() => fetch(`http://127.0.0.1:${port}/moto-api/`), { timeout: 60_000, interval: 200 });
  return stop;
}

async function makeBucket(port: number): Promise<void> {
  expect((await fetch(`http://127.0.0.1:${port}/lake`, { method: 'PUT' })).ok).toBe(true);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
