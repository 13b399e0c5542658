import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { openStore } from '@ml-platform/storage';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { modelFolder } from '../testing/model-folder.ts';
import { testSharedRegistry } from '../testing/shared-registry-contract.ts';
import { exportModel } from './export-model.ts';
import { openRegistry } from './open-registry.ts';
import { storedDatabase } from './stored-database.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'registry-'));
});
afterAll(() => rm(folder, { recursive: true }));

const uriOf = (name: string) => pathToFileURL(path.join(folder, name)).href;

describe('a registry in a folder that is a store', () => testSharedRegistry(uriOf));

test('a path is a registry of this machine, and its versions are exported as well', async () => {
  const registry = await openRegistry(path.join(folder, 'local'));
  const version = await registry.register({ name: 'delays', source: await modelFolder(folder, 'local-model') });
  await registry.close();
  expect(version.location).toBe(path.join(folder, 'local', 'delays', '1'));
  const target = path.join(folder, 'taken');
  await exportModel(version, target);
  await writeFile(path.join(target, 'more'), '');
  await expect(exportModel(version, target)).rejects.toMatchObject({
    code: 'usage',
    message: `${target} holds something else`,
  });
});

test('neither kind is taken for the other', async () => {
  const [local, shared] = ['one', 'other'].map((name) => path.join(folder, name));
  const source = await modelFolder(folder, 'kind');
  await (await openRegistry(local ?? '')).register({ name: 'delays', source });
  await (await openRegistry(uriOf('other'))).register({ name: 'delays', source });
  await expect((await openRegistry(uriOf('one'))).list()).rejects.toMatchObject({
    code: 'usage',
    message: `${uriOf('one')}/registry.db is no registry in a store: it belongs to a registry in a folder`,
  });
  for (const readOnly of [true, false])
    await expect(openRegistry(shared ?? '', { readOnly })).rejects.toMatchObject({
      code: 'usage',
      hint: `name it as one: ${uriOf('other')}`,
    });
});

test('a database that is damaged is told, and stays', async () => {
  const store = await openStore(uriOf('damaged'));
  await store.write('registry.db', 'not a database, and longer than the header of one: '.repeat(20));
  const registry = await openRegistry(uriOf('damaged'));
  await expect(registry.list()).rejects.toMatchObject({
    code: 'data',
    message: `${uriOf('damaged')}/registry.db: file is not a database`,
  });
});

test('a registry of an older release is read as it is, and brought up to date by the first change', async () => {
  const registry = await openRegistry(uriOf('older'));
  await registry.register({ name: 'delays', source: await modelFolder(folder, 'older') });
  await registry.promote('delays', '1');
  const file = path.join(folder, 'older/registry.db');
  withDatabase(file, (database) => {
    database.exec('ALTER TABLE alias_history DROP COLUMN reason; PRAGMA user_version = 1');
  });
  expect(await registry.history('delays')).toMatchObject([{ action: 'promoted', version: '1', reason: null }]);
  withDatabase(file, (database) => expect(schemaOf(database)).toBe(1));
  await registry.setAlias('delays', 'candidate', '1');
  withDatabase(file, (database) => expect(schemaOf(database)).toBe(2));
});

test('a kill at any moment leaves whole versions alone', async () => {
  const sources = await Promise.all([1, 2, 3].map((n) => modelFolder(folder, `big-${n}`)));
  for (const source of sources) await writeFile(path.join(source, 'part'), Buffer.alloc(4 << 20, source));
  const library = new URL('index.ts', import.meta.url).href;
  const code = `
    const { openRegistry } = await import(${JSON.stringify(library)});
    const registry = await openRegistry(${JSON.stringify(uriOf('killed'))});
    process.stdout.write('ready');
    for (const source of ${JSON.stringify(sources)}) await registry.register({ name: 'delays', source });
    await new Promise(() => setInterval(() => {}, 1000));`;
  for (const delay of [0, 20, 40, 80, 160]) {
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    await sleep(delay);
    child.kill('SIGKILL');
    await once(child, 'close');
  }
  const registry = await openRegistry(uriOf('killed'));
  for (const source of sources) await registry.register({ name: 'delays', source });
  const listed = await registry.list();
  expect(listed.map(({ version }) => version)).toEqual(['1', '2', '3']);
  for (const version of listed) await exportModel(version, path.join(folder, `whole-${version.version}`));
}, 60_000);

test('who loses every race gives up in the end, and says so', async () => {
  const store = await openStore(uriOf('busy'));
  await (await openRegistry(uriOf('busy'))).register({ name: 'delays', source: await modelFolder(folder, 'busy') });
  let others = 0;
  const crowded: typeof store = {
    ...store,
    read: async (name, options) => {
      const read = await store.read(name, options);
      others += 1;
      await store.write(name, read);
      return read;
    },
  };
  const database = storedDatabase(crowded, 'file:///crowded', 500);
  await expect(database.write((one) => one.exec('UPDATE versions SET lineage = \'{"a":1}\''))).rejects.toMatchObject({
    code: 'busy',
    message: 'others changed file:///crowded again and again, for 0.5 s',
  });
  expect(others).toBeGreaterThan(1);
});

function withDatabase(file: string, work: (database: DatabaseSync) => void): void {
  const database = new DatabaseSync(file);
  try {
    work(database);
  } finally {
    database.close();
  }
}

function schemaOf(database: DatabaseSync): unknown {
  return database.prepare('PRAGMA user_version').get()?.user_version;
}
