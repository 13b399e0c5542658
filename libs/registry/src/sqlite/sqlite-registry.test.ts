import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { ModelRegistry } from '../model-registry.ts';
import { openSqliteRegistry } from './open.ts';

let root: string;
let registry: ModelRegistry;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'registry-'));
  registry = await openSqliteRegistry(path.join(root, 'models'), { now: () => new Date(0) });
});
afterEach(async () => {
  await registry.close();
  await rm(root, { recursive: true });
});

async function modelFolder(bytes: string, more: object = {}): Promise<string> {
  const folder = path.join(root, `source-${bytes}`);
  await mkdir(folder, { recursive: true });
  const columns = [{ name: 'x', type: 'float32' }];
  const manifest = {
    formatVersion: '1.0',
    signature: { inputs: columns, outputs: columns },
    example: { x: 1 },
    ...more,
  };
  await writeFile(path.join(folder, 'model.json'), JSON.stringify(manifest));
  await writeFile(path.join(folder, 'model.onnx'), bytes);
  return folder;
}

async function register(bytes: string, name = 'delays') {
  return registry.register({ name, source: await modelFolder(bytes) });
}

test('a registered version is a copy of the folder', async () => {
  const source = await modelFolder('a', { metrics: { auc: 0.7 }, lineage: { run: 'r1' } });
  const version = await registry.register({ name: 'delays', source });
  expect(version).toEqual({
    name: 'delays',
    version: '1',
    location: path.join(root, 'models', 'delays', '1'),
    contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    createdAt: '1970-01-01T00:00:00.000Z',
    metrics: { auc: 0.7 },
    lineage: { run: 'r1' },
    aliases: [],
    created: true,
  });
  await rm(source, { recursive: true });
  expect(await readFile(path.join(version.location, 'model.onnx'), 'utf8')).toBe('a');
  expect(await readdir(path.join(root, 'models', 'delays'))).toEqual(['1']);
});

test('the same bytes again give the version that exists', async () => {
  const first = await register('a');
  await register('b');
  expect(await register('a')).toEqual({ ...first, created: false });
  expect((await registry.list('delays')).map(({ version }) => version)).toEqual(['1', '2']);
  expect(await readdir(path.join(root, 'models', 'delays'))).toEqual(['1', '2']);
  expect((await register('a', 'other')).created).toBe(true);
});

test('metrics and lineage given at registration win over the manifest', async () => {
  const source = await modelFolder('a', { metrics: { auc: 0.7 } });
  const version = await registry.register({ name: 'delays', source, metrics: { auc: 0.8 }, lineage: { by: 'x' } });
  expect(version).toMatchObject({ metrics: { auc: 0.8 }, lineage: { by: 'x' } });
  await expect(registry.register({ name: 'delays', source, metrics: { auc: Number.NaN } })).rejects.toMatchObject({
    code: 'data',
    message: 'the metric "auc" is NaN, expected a finite number',
  });
});

test('lists oldest first, by model', async () => {
  await register('a', 'zz');
  for (let n = 1; n <= 11; n += 1) await register(`b${n}`);
  const listed = (await registry.list()).map(({ name, version }) => `${name} ${version}`);
  expect(listed.slice(0, 2)).toEqual(['delays 1', 'delays 2']);
  expect(listed.slice(-3)).toEqual(['delays 10', 'delays 11', 'zz 1']);
  expect(await registry.list('none')).toEqual([]);
});

test('get finds versions and aliases, and says what there is instead', async () => {
  await expect(registry.get('delays', 'champion')).rejects.toMatchObject({
    code: 'notFound',
    hint: expect.stringContaining('no model is registered'),
  });
  await register('a');
  await register('b');
  await registry.setAlias('delays', 'champion', '2');
  expect(await registry.get('delays', 'champion')).toMatchObject({ version: '2', aliases: ['champion'] });
  expect(await registry.get('delays', '1')).toMatchObject({ version: '1', aliases: [] });
  await expect(registry.get('delays', '3')).rejects.toMatchObject({
    code: 'notFound',
    message: 'the model "delays" has no version or alias "3"',
    hint: 'there is 1, 2 = champion',
  });
  await expect(registry.get('delays', 'constructor')).rejects.toMatchObject({ code: 'notFound' });
  await expect(registry.get('delay', '1')).rejects.toMatchObject({ code: 'notFound', hint: 'there is delays' });
});

test('aliases move, are compared and swapped, and removed', async () => {
  await register('a');
  await register('b');
  expect(await registry.setAlias('delays', 'champion', '1', { expected: null })).toEqual({
    alias: 'champion',
    previous: null,
    version: '1',
  });
  await expect(registry.setAlias('delays', 'champion', '2', { expected: '2' })).rejects.toMatchObject({
    code: 'busy',
    message: 'the alias "champion" of "delays" points at version 1, expected version 2',
  });
  await expect(registry.setAlias('delays', 'champion', '2', { expected: null })).rejects.toThrow('expected nothing');
  await registry.setAlias('delays', 'champion', '2', { expected: '1' });
  expect(await registry.aliases('delays')).toEqual({ champion: '2' });
  await expect(registry.removeAlias('delays', 'champion', { expected: '1' })).rejects.toMatchObject({ code: 'busy' });
  await registry.removeAlias('delays', 'champion');
  expect(await registry.aliases('delays')).toEqual({});
  await expect(registry.removeAlias('delays', 'champion')).rejects.toMatchObject({
    code: 'notFound',
    message: 'the model "delays" has no alias "champion"',
  });
});

test('every move is in the history, also of what an alias pointed at before', async () => {
  await register('a');
  await register('b');
  await registry.promote('delays', '1');
  await registry.promote('delays', '2', { expected: '1' });
  await registry.promote('delays', '2');
  await registry.setAlias('delays', 'challenger', '1');
  await registry.removeAlias('delays', 'challenger');
  const common = { name: 'delays', at: '1970-01-01T00:00:00.000Z', reason: null };
  expect(await registry.history('delays')).toEqual([
    { ...common, alias: 'champion', action: 'promoted', previous: null, version: '1' },
    { ...common, alias: 'champion', action: 'promoted', previous: '1', version: '2' },
    { ...common, alias: 'challenger', action: 'set', previous: null, version: '1' },
    { ...common, alias: 'challenger', action: 'removed', previous: '1', version: null },
  ]);
  expect(await registry.promote('delays', '2')).toEqual({ alias: 'champion', previous: '2', version: '2' });
});

test('an alias points at a version that exists, not at another alias', async () => {
  await register('a');
  await registry.promote('delays', '1');
  await expect(registry.promote('delays', '2')).rejects.toMatchObject({
    code: 'notFound',
    hint: 'there is 1 = champion',
  });
  await expect(registry.setAlias('delays', 'challenger', 'champion')).rejects.toThrow('has no version "champion"');
});

test('names that some store could not hold are refused before anything is written', async () => {
  await expect(register('a', '../outside')).rejects.toMatchObject({ code: 'usage' });
  await register('a');
  await expect(registry.setAlias('delays', 'latest', '1')).rejects.toMatchObject({ code: 'usage' });
  expect((await readdir(path.join(root, 'models'))).filter((name) => !name.startsWith('registry.db'))).toEqual([
    'delays',
  ]);
});

test('a folder that no version owns, left by a kill before the commit, is replaced', async () => {
  const orphan = path.join(root, 'models', 'delays', '1');
  await mkdir(orphan, { recursive: true });
  await writeFile(path.join(orphan, 'stray'), '');
  const version = await register('a');
  expect((await readdir(version.location)).sort()).toEqual(['model.json', 'model.onnx']);
});

test('registrations side by side in one process get one version each', async () => {
  const sources = await Promise.all([...'abcdefgh'].map((bytes) => modelFolder(bytes)));
  const versions = await Promise.all(sources.map((source) => registry.register({ name: 'delays', source })));
  expect(new Set(versions.map(({ version }) => version)).size).toBe(8);
});
