import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildImage, type Image, imageStore, registrySecrets } from '@ml-platform/pipeline/image-testing';
import { openSqliteRegistry } from '@ml-platform/registry';
import { execa } from 'execa';
import { freePort } from '@ml-platform/pipeline/testing/free-port';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { lambdaRuntime } from './testing/lambda-runtime.ts';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const PROJECT = fileURLToPath(new URL('../', import.meta.url));
const BUNDLE = fileURLToPath(import.meta.resolve('@ml-platform/pipeline/bundle'));
const FIXTURE = join(WORKSPACE, 'libs/serving/fixtures/delay');
const MINUTES = 60_000;

const store = await imageStore();

describe.skipIf(store === undefined)('the model server in an image', () => {
  let folder: string;
  let image: Image;
  let server: ReturnType<Image['run']>;
  let url: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'model-server-'));
    const context = join(folder, 'bundle');
    await execa(process.execPath, [BUNDLE, PROJECT, '--out', context]);
    const secrets = await registrySecrets();
    image = await buildImage(store ?? '', { dockerfile: join(PROJECT, 'Dockerfile'), context, secrets });
    const models = await registeredModel();
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    const args = ['--model', 'delays', '--models', '/models', '--host', '127.0.0.1', '--port', String(port)];
    server = image.run(args, { volumes: { '/models': models } });
    await vi.waitFor(() => fetch(`${url}/health`), { timeout: 30_000, interval: 200 });
  }, 10 * MINUTES);

  afterAll(async () => {
    server?.kill('SIGTERM');
    await server;
    await image?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  /** Where SageMaker puts a model. */
  async function modelFolder(): Promise<Record<string, string>> {
    const model = join(folder, 'model');
    await cp(FIXTURE, model, { recursive: true });
    return { '/opt/ml/model': model };
  }

  /** The registry's folder, in which the server's user can't write. */
  async function registeredModel(): Promise<string> {
    const models = join(folder, 'models');
    const registry = await openSqliteRegistry(models);
    const { version } = await registry.register({ name: 'delays', source: FIXTURE });
    await registry.promote('delays', version);
    await registry.close();
    await execa('chmod', ['--recursive', 'a+rX,go-w', folder]);
    return models;
  }

  test('is ready, predicts, and shows its documentation', async () => {
    expect(await (await fetch(`${url}/v2/health/ready`)).json()).toMatchObject({ ready: true });
    const body = JSON.stringify({ instances: [{ origin: 'LAX', hour: 14, distance: 580 }] });
    const headers = { 'content-type': 'application/json' };
    const predicted = await fetch(`${url}/predict`, { method: 'POST', headers, body });
    expect(await predicted.json()).toMatchObject({
      model: { name: 'delays', version: '1' },
      predictions: [{ label: 1 }],
    });
    expect((await fetch(`${url}/docs/static/index.html`)).status).toBe(200);
  });

  test('is started by SageMaker', async () => {
    const port = await freePort();
    const args = ['serve', '--host', '127.0.0.1', '--port', String(port)];
    const endpoint = image.run(args, { volumes: await modelFolder() });
    const asked = `http://127.0.0.1:${port}`;
    await vi.waitFor(() => fetch(`${asked}/ping`), { timeout: 30_000, interval: 200 });
    const headers = { 'content-type': 'text/csv' };
    const answer = await fetch(`${asked}/invocations`, { method: 'POST', headers, body: 'LAX,14,580\n' });
    expect(await answer.text()).toMatch(/^0\.60295\d*,1$/);
    endpoint.kill('SIGTERM');
    await endpoint;
  });

  test('is started by Lambda', async () => {
    const lambda = await lambdaRuntime();
    const entrypoint = ['env', `AWS_LAMBDA_RUNTIME_API=${lambda.hostAndPort}`, 'model-server'];
    const started = image.run([], { entrypoint, volumes: await modelFolder() });
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify([{ origin: 'LAX', hour: 14, distance: 580 }]);
    const said = await lambda.invoke({ httpMethod: 'POST', path: '/invocations', headers, body });
    expect(said.body).toMatchObject({ statusCode: 200, body: expect.stringContaining('"label":1') });
    started.kill('SIGTERM');
    await started;
    await lambda.close();
  });

  test('is not run by root, and nothing but scratch folders can be written to', async () => {
    expect(image.user).toBe('10001:10001');
    const script =
      'id --user; find / -xdev -writable ! -type l ! -path "/proc/*" ! -path "/dev/*" ! -path "/sys/*" || true';
    const { stdout } = await image.run(['-c', `${script} 2> /dev/null`], { entrypoint: ['sh'] });
    expect(stdout.split('\n').toSorted()).toEqual(['/run/lock', '/tmp', '/var/tmp', '10001']);
    console.log(`model server: ${image.megabytes} MB with its base, built in ${image.seconds.toFixed(0)} s`);
  });
});
