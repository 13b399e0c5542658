import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hashFolder, openSqliteRegistry } from '@ml-platform/registry';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const BIN = fileURLToPath(new URL('../../bin/platform.mjs', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../../../../libs/serving/fixtures/delay', import.meta.url));

let folder: string;
let models: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'image-'));
  models = join(folder, 'models');
  const registry = await openSqliteRegistry(models);
  const { version } = await registry.register({ name: 'delays', source: FIXTURE });
  await registry.promote('delays', version);
  await registry.close();
});
afterAll(() => rmSync(folder, { recursive: true }));

const platform = (...args: string[]) => {
  return execa('node', [BIN, ...args, '--registry', models], { cwd: folder, preferLocal: true, reject: false });
};

test('the folder has a server, the champion and how both become an image, and is written anew', async () => {
  const out = join(folder, 'context');
  for (let time = 0; time < 2; time++) {
    const made = await platform('image', 'model-server', '--model', 'delays', '--out', out, '--json');
    expect(made, made.stderr).toMatchObject({ exitCode: 0 });
    const contentHash = await hashFolder(FIXTURE);
    expect(JSON.parse(made.stdout)).toEqual({ context: out, model: { name: 'delays', version: '1', contentHash } });
    expect(await hashFolder(join(out, 'model'))).toBe(contentHash);
    expect(readFileSync(join(out, 'server/bin/model-server'), 'utf8')).toContain('main');
    expect(readFileSync(join(out, 'Dockerfile'), 'utf8')).toContain('COPY model /opt/ml/model');
  }
});

test('a release names what is in the image, and what it was built from', async () => {
  const [digest, out] = [`sha256:${'b'.repeat(64)}`, join(folder, 'made/release.json')];
  const flags = ['--image', 'model-server', '--digest', digest, '--model', 'delays@champion', '--out', out];
  const commit = 'c'.repeat(40);
  const made = await platform('release', 'create', ...flags, '--commit', commit, '--json');
  expect(made, made.stderr).toMatchObject({ exitCode: 0 });
  const written = JSON.parse(readFileSync(out, 'utf8'));
  expect(JSON.parse(made.stdout)).toEqual(written);
  expect(written).toEqual({
    release: 'delays-1+ccccccc',
    commit,
    createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    model: {
      ...{ name: 'delays', version: '1', contentHash: await hashFolder(FIXTURE) },
      example: { origin: 'LAX', hour: 14, distance: 580 },
    },
    image: { name: 'model-server', digest },
    config: { serving: { imageDigest: digest } },
  });
});

test.each([
  [['image', 'model-server'], 2, '--model is needed'],
  [['image', 'model-sever', '--model', 'delays'], 7, "there is no image 'model-sever'"],
  [['image', 'model-server', '--model', 'delays:9'], 7, 'delays'],
  [['image', 'model-server', '--model', 'delays@'], 2, "'delays@' names no version of a model"],
  [['release', 'make'], 2, "there is no command 'release make'"],
  [['release', 'create', '--image', 'x'], 2, '--digest is needed'],
  [
    [
      'release',
      'create',
      '--image',
      'x',
      '--digest',
      'latest',
      '--model',
      'delays',
      '--out',
      'x',
      '--commit',
      'c'.repeat(40),
    ],
    3,
    'image.digest',
  ],
  [
    ['release', 'create', '--image', 'x', '--digest', 'x', '--model', 'delays', '--out', 'x', '--commit', 'zz'],
    2,
    "'zz' is no commit",
  ],
])('%j is refused', async (args, code, said) => {
  expect(await platform(...args)).toMatchObject({ exitCode: code, stderr: expect.stringContaining(said) });
});

test('a folder that holds something else is left as it is', async () => {
  const out = join(folder, 'precious');
  mkdirSync(out);
  writeFileSync(join(out, 'thesis.txt'), 'mine');
  const refused = await platform('image', 'model-server', '--model', 'delays', '--out', out);
  expect(refused).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('is no folder of an image') });
  expect(readFileSync(join(out, 'thesis.txt'), 'utf8')).toBe('mine');
});
