import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Store } from './object-store.ts';
import { openStore } from './open-store.ts';
import { ABILITIES } from './testing/abilities.ts';
import { testStore } from './testing/store-contract.ts';

let folder: string;
let store: Store;
const open = (prefix: string) => openStore(pathToFileURL(join(folder, 'lake of #1', prefix)).href);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'storage-'));
  store = await open('');
});
afterEach(() => rm(folder, { recursive: true }));

testStore(open, ABILITIES['file:']);

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
  for (const path of ['runs/a.json', 'runs/ab.json', 'runs/b.json']) await store.write(path, 'a');
  expect(await store.list('runs/a')).toEqual(['runs/a.json', 'runs/ab.json']);
  await store.remove('runs/a');
  expect(await store.list('runs/')).toEqual(['runs/b.json']);
  await store.remove('nothing/');
  expect(await store.list('nothing/')).toEqual([]);
});

test('the folder is the one that the address names, and nothing half written stays in it', async () => {
  await store.write('a', 'a');
  await expect(store.write('a', '', { ifAbsent: true })).rejects.toMatchObject({ code: 'busy' });
  await expect(store.write('b', createReadStream(join(folder, 'nothing')))).rejects.toMatchObject({ code: 'notFound' });
  expect(await readdir(join(folder, 'lake of #1'))).toEqual(['a']);
});

test('a download that fails leaves what was there', async () => {
  const file = join(folder, 'here');
  await writeFile(file, 'before');
  await expect(store.download('runs/x.json', file)).rejects.toMatchObject({
    code: 'notFound',
    message: expect.stringContaining('read runs/x.json'),
  });
  expect(await readFile(file, 'utf8')).toBe('before');
  expect(await readdir(folder)).toEqual(['here']);
});

test('a killed writer leaves nothing that a list shows', async () => {
  const program = `
    import { openStore } from ${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)};
    const store = await openStore(${JSON.stringify(pathToFileURL(join(folder, 'lake of #1')).href)});
    await store.write('half', (async function* () {
      for (let chunk = 0; ; chunk++) {
        if (chunk === 100) process.kill(process.pid, 'SIGKILL');
        yield Buffer.alloc(10_000);
        await new Promise(setImmediate);
      }
    })());`;
  const args = ['--input-type=module-typescript', '--eval', program];
  const signal = await new Promise((resolve) => {
    execFile(process.execPath, args, (error) => resolve(error?.signal));
  });
  expect(signal).toBe('SIGKILL');
  expect(await readdir(join(folder, 'lake of #1'))).toEqual([expect.stringMatching(/^\.incoming-/)]);
  expect(await store.list('')).toEqual([]);
  expect(await store.stat('half')).toBeUndefined();
});

test('processes that write over the same version lose no update', async () => {
  await store.write('count', '0');
  const program = `
    import { openStore } from ${JSON.stringify(new URL('./open-store.ts', import.meta.url).href)};
    const store = await openStore(${JSON.stringify(pathToFileURL(join(folder, 'lake of #1')).href)});
    for (let done = 0; done < 50; ) {
      const version = await store.version('count');
      const next = String(Number(await store.readText('count')) + 1);
      const outcome = await store.write('count', next, { ifMatch: version }).catch((error) => error);
      if (outcome === undefined) done++;
      else if (outcome.code !== 'busy') throw outcome;
    }`;
  const args = ['--input-type=module-typescript', '--eval', program];
  const runs = Array.from(
    { length: 3 },
    () => new Promise((resolve) => execFile(process.execPath, args, (error) => resolve(error?.message))),
  );
  expect(await Promise.all(runs)).toEqual([undefined, undefined, undefined]);
  expect(await store.readText('count')).toBe('150');
});

test('a version that replaces another is later, whatever the clock says', async () => {
  await store.write('a', 'one');
  const later = new Date(Date.now() + 3_600_000);
  await utimes(join(folder, 'lake of #1/a'), later, later);
  const before = await store.stat('a');
  await store.write('a', 'two', { ifMatch: before?.version ?? '' });
  const after = await store.stat('a');
  expect(BigInt(after?.version.split('-')[1] ?? 0)).toBeGreaterThan(BigInt(before?.version.split('-')[1] ?? 0));
});

test('a folder whose lock somebody else keeps is busy', async () => {
  await store.write('a', 'one');
  const lock = new DatabaseSync(join(folder, 'lake of #1/.incoming-lock'));
  lock.exec('BEGIN EXCLUSIVE');
  const written = store.write('a', 'two', { ifMatch: await store.version('a') });
  await expect(written).rejects.toMatchObject({ code: 'busy' });
  lock.close();
  await store.write('a', 'two', { ifMatch: await store.version('a') });
});

test('a link to a file is a file; one to a folder leads nowhere', async () => {
  await store.write('data/a', 'a');
  await symlink('a', join(folder, 'lake of #1/data/b'));
  await symlink('.', join(folder, 'lake of #1/data/round'));
  await symlink('nothing', join(folder, 'lake of #1/data/broken'));
  expect(await store.list('')).toEqual(['data/a', 'data/b']);
});

test.each(['../a', 'a/../../b', '', 'a/', '.incoming-1'])("'%s' is no path", async (path) => {
  const refused = { code: 'usage', message: expect.stringContaining('is no path here') };
  await expect(store.read(path)).rejects.toMatchObject(refused);
  await expect(store.write(path, '')).rejects.toMatchObject(refused);
});

test.each(['..', '../x', 'a/../../'])("'%s' is no prefix", async (prefix) => {
  await writeFile(join(folder, 'x'), '');
  const refused = { code: 'usage', message: expect.stringContaining('is no prefix here') };
  await expect(store.list(prefix)).rejects.toMatchObject(refused);
  await expect(store.remove(prefix)).rejects.toMatchObject(refused);
  await expect(store.entries(prefix)[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
  expect(await readdir(folder)).toEqual(['x']);
});

test('conditions that exclude each other are refused', async () => {
  await expect(store.write('a', '', { ifAbsent: true, ifMatch: '1' })).rejects.toMatchObject({ code: 'usage' });
});
