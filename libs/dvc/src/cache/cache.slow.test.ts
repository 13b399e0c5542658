import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { readHashes, readLock } from '../hashes/read-hashes.ts';
import { recordStage } from '../lock/record-stage.ts';
import { type Repository, repository } from '../testing/repository.ts';
import { bringFromCache } from './bring-from-cache.ts';
import { hashTree } from './hash-tree.ts';
import { keepInCache } from './keep-in-cache.ts';
import { cacheFolder, objectPath } from './object-path.ts';

let work: Repository;
afterEach(() => work.remove());

const FILES = {
  'file.bin': 'one',
  'folder/a.txt': 'a',
  'folder/b/c.txt': 'c',
  'folder/b-c.txt': 'a',
  'folder/é ü.txt': 'names',
  'folder/𝒳.txt': 'beyond 16 bits',
  'folder/ｚ.txt': 'sorts before it in bytes, after it in units of 16 bits',
  'folder/"quoted" \\.txt': 'escapes',
  'folder/empty.txt': '',
};

test('hashes and objects are those that DVC makes', async () => {
  work = await repository(FILES);
  await work.dvc.add(['file.bin', 'folder']);
  const theirs = await objectsOf(work);
  for (const { path, hash, size, files } of await readHashes(work.folder)) {
    const { tree } = await hashTree(work.path(path));
    expect(tree).toEqual({ md5: hash?.value, size, ...(files !== undefined && { nfiles: files }) });
  }
  const cache = join(work.folder, 'ours');
  for (const path of ['file.bin', 'folder']) await keepInCache(cache, work.path(path));
  expect(await objectsOf(work, cache)).toEqual(theirs);
});

test('what was kept comes back, and DVC takes it for its own', async () => {
  work = await repository({ 'in.txt': '2001-01-01', 'out/a': '1', 'out/b/c': '2' });
  await work.write({
    'params.yaml': 'train:\n  # comments\n  day: "2001-01-01"\n  yes: "yes"\n  rate: 0.00001\n  "on": [1, "0x1"]\n',
    'dvc.yaml': 'stages:\n  train:\n    cmd: echo\n    deps: [in.txt]\n    params: [train]\n    outs: [out]\n',
  });
  const cache = await cacheFolder(work.folder);
  const out = await keepInCache(cache, work.path('out'));
  const params = parse(await readFile(work.path('params.yaml'), 'utf8')) as Record<string, unknown>;
  const dep = (await hashTree(work.path('in.txt'))).tree;
  const stage = {
    cmd: 'echo',
    deps: [{ path: 'in.txt', ...dep }],
    params: { 'params.yaml': params },
    outs: [{ path: 'out', ...out }],
  };
  await recordStage(work.folder, 'train', stage);
  expect(await work.dvc.status()).toEqual({});
  const ours = parse(await readFile(work.path('dvc.lock'), 'utf8'));
  await work.dvc.commit([], { force: true });
  expect(parse(await readFile(work.path('dvc.lock'), 'utf8'))).toEqual(ours);

  await rm(work.path('out'), { recursive: true });
  await work.dvc.checkout();
  expect(await readFile(work.path('out/b/c'), 'utf8')).toBe('2');
  await rm(work.path('out'), { recursive: true });
  const hash = { algorithm: 'md5', value: out.md5 } as const;
  expect(await bringFromCache(cache, hash, work.path('out'))).toBe(true);
  expect(await work.dvc.status()).toEqual({});

  // Another stage leaves this one as it is, and the lock readable.
  await recordStage(work.folder, 'test', { ...stage, outs: [] });
  expect(Object.keys((await readLock(work.folder)).stages)).toEqual(['train', 'test']);

  const object = objectPath(cache, { algorithm: 'md5', value: (await hashTree(work.path('out/a'))).tree.md5 });
  await chmod(object, 0o644);
  await writeFile(object, 'x');
  await expect(bringFromCache(cache, hash, work.path('again'))).rejects.toMatchObject({ reason: 'corruptedCache' });
  await rm(object);
  expect(await bringFromCache(cache, hash, work.path('once more'))).toBe(false);
});

/** By name, the content of each object. */
async function objectsOf({ folder }: Repository, cache = join(folder, '.dvc/cache')): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(join(cache, 'files'), { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(cache.length)] = await readFile(path, 'utf8');
    await mkdir(dirname(path), { recursive: true });
  }
  return found;
}
