import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type ObjectStore, openStore } from './object-store.ts';

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'));
  store = await openStore(pathToFileURL(join(folder, 'lake')).href);
});
afterEach(() => rm(folder, { recursive: true }));

test('a folder goes up and comes back, byte for byte, larger than one chunk', async () => {
  const bytes = Buffer.alloc(3_000_000, 'flights');
  await mkdir(join(folder, 'made/parts'), { recursive: true });
  await writeFile(join(folder, 'made/one.bin'), bytes);
  await writeFile(join(folder, 'made/parts/é.json'), '{}');
  await store.upload(join(folder, 'made'), 'artifacts/train');
  expect(await store.list('artifacts/train/')).toEqual(['artifacts/train/one.bin', 'artifacts/train/parts/é.json']);
  await store.download('artifacts/train/one.bin', join(folder, 'back/one.bin'));
  expect((await readFile(join(folder, 'back/one.bin'))).equals(bytes)).toBe(true);
});

test('a prefix is a prefix, not a folder; removing what is not there is no error', async () => {
  await writeFile(join(folder, 'a'), 'a');
  for (const path of ['runs/a.json', 'runs/ab.json', 'runs/b.json']) await store.upload(join(folder, 'a'), path);
  expect(await store.list('runs/a')).toEqual(['runs/a.json', 'runs/ab.json']);
  await store.remove('runs/a');
  expect(await store.list('runs/')).toEqual(['runs/b.json']);
  await store.remove('nothing/');
  expect(await store.list('nothing/')).toEqual([]);
});

test('a file is copied within the store, into a folder that is not there yet; its version tells it from another', async () => {
  await writeFile(join(folder, 'a'), 'a');
  await writeFile(join(folder, 'b'), 'bb');
  await store.upload(join(folder, 'a'), 'jobs/a');
  await store.upload(join(folder, 'b'), 'jobs/b');
  await store.copy('jobs/a', 'artifacts/parts/a');
  expect(await store.list('')).toEqual(['artifacts/parts/a', 'jobs/a', 'jobs/b']);
  expect(await store.version('jobs/a')).not.toBe(await store.version('jobs/b'));
  await expect(store.copy('jobs/c', 'artifacts/c')).rejects.toMatchObject({ code: 'notFound' });
});

test('a file that is not there is named', async () => {
  await expect(store.download('runs/x.json', join(folder, 'x'))).rejects.toMatchObject({
    code: 'notFound',
    message: expect.stringContaining('read runs/x.json'),
  });
});
