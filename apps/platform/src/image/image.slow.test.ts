import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildImage, type Image, imageStore, registrySecrets } from '@ml-platform/pipeline/image-testing';
import { freePort } from '@ml-platform/pipeline/testing/free-port';
import { hashFolder, openSqliteRegistry } from '@ml-platform/registry';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { WORKSPACE } from '../workspace.ts';
import { writeContext } from './write-context.ts';

const FIXTURE = join(WORKSPACE, 'libs/serving/fixtures/delay');
const store = await imageStore();

describe.skipIf(store === undefined)('an image of a server with its model', () => {
  let folder: string;
  let image: Image;
  /** What is run with no word more. */
  let command: string[];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'served-model-'));
    const location = join(folder, 'models');
    const registry = await openSqliteRegistry(location);
    await registry.promote('delays', (await registry.register({ name: 'delays', source: FIXTURE })).version);
    await registry.close();
    const context = join(folder, 'context');
    const application = 'apps/model-server';
    await writeContext({ workspace: WORKSPACE, application, model: 'delays', location, folder: context });
    const secrets = await registrySecrets();
    const [, words = ''] = /^CMD (.*)$/m.exec(await readFile(join(context, 'Dockerfile'), 'utf8')) ?? [];
    command = JSON.parse(words);
    image = await buildImage(store ?? '', { dockerfile: join(context, 'Dockerfile'), context, secrets });
  }, 600_000);

  afterAll(async () => {
    await image?.remove();
    await rm(folder, { recursive: true, force: true });
  });

  test.each([
    ['with no word more', []],
    ['as SageMaker starts it', ['serve']],
  ])('serves its model %s', async (_, words) => {
    const port = await freePort();
    const entrypoint = ['env', 'HOST=127.0.0.1', `PORT=${port}`, 'model-server'];
    const said = words.length > 0 ? words : command;
    const server = image.run(said, { entrypoint });
    const url = `http://127.0.0.1:${port}`;
    await vi.waitFor(() => fetch(`${url}/ping`), { timeout: 30_000, interval: 200 });
    const version = (await hashFolder(FIXTURE)).slice(0, 12);
    expect(await (await fetch(`${url}/health`)).json()).toMatchObject({ model: { name: 'delays', version } });
    server.kill('SIGTERM');
    await server;
  });
});
