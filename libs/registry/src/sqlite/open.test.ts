import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteRegistry } from './open.ts';

const THREADS = 3;
const started = new Int32Array(new SharedArrayBuffer(4));

let root: string;
let file: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'registry-'));
  file = path.join(root, 'registry.db');
});
afterEach(() => rm(root, { recursive: true }));

test('makes the database, in WAL mode, with its schema version', async () => {
  const registry = await openSqliteRegistry(root);
  const database = new DatabaseSync(file);
  expect(database.prepare('PRAGMA journal_mode').get()?.journal_mode).toBe('wal');
  expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(2);
  database.close();
  await registry.close();
  expect(await readdir(root)).toEqual(['registry.db']);
});

test('without create, a folder that has no registry stays as it is', async () => {
  await expect(openSqliteRegistry(root, { create: false })).rejects.toMatchObject({
    code: 'notFound',
    message: `no model registry in ${root}`,
  });
  expect(await readdir(root)).toEqual([]);
});

test('a database of a newer release is refused', async () => {
  const database = new DatabaseSync(file);
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(openSqliteRegistry(root)).rejects.toMatchObject({
    code: 'environment',
    message: `${file} has schema 99; this release knows up to 2`,
  });
});

test('a file that is no database is refused', async () => {
  await writeFile(file, 'not a database, and longer than the header of one: '.repeat(20));
  await expect(openSqliteRegistry(root)).rejects.toMatchObject({
    code: 'data',
    message: `${file}: file is not a database`,
  });
});

test('a new registry opened from many threads at once is made once', async () => {
  const rounds = 40;
  const failures = await Promise.all(Array.from({ length: THREADS }, () => openInThread(rounds)));
  expect(failures).toEqual(Array(THREADS).fill([]));
}, 60_000);

test('a path below a file is refused', async () => {
  await writeFile(file, '');
  await expect(openSqliteRegistry(path.join(file, 'deeper'))).rejects.toMatchObject({ code: 'environment' });
});

test('a lock that is not given up ends in busy', async () => {
  const registry = await openSqliteRegistry(root, { busyTimeout: 50 });
  const other = new DatabaseSync(file);
  other.exec('BEGIN IMMEDIATE');
  await expect(registry.setAlias('delays', 'champion', '1')).rejects.toMatchObject({
    code: 'busy',
    message: `${file}: database is locked`,
  });
  other.exec('ROLLBACK');
  await expect(registry.setAlias('delays', 'champion', '1')).rejects.toMatchObject({ code: 'notFound' });
  other.close();
  await registry.close();
});

/** Opens a new registry per round, in step with the other threads; answers with what failed. */
async function openInThread(rounds: number): Promise<unknown> {
  const library = new URL('../index.ts', import.meta.url).href;
  const code = `
    const { parentPort, workerData } = require('node:worker_threads');
    (async () => {
      const { openSqliteRegistry } = await import(${JSON.stringify(library)});
      const failures = [];
      for (let round = 1; round <= ${rounds}; round += 1) {
        Atomics.add(workerData.started, 0, 1);
        while (Atomics.load(workerData.started, 0) < ${THREADS} * round);
        const opened = openSqliteRegistry(workerData.root + '/' + round);
        await opened.then((registry) => registry.close(), (error) => failures.push(error.message));
      }
      parentPort.postMessage(failures);
    })();`;
  const worker = new Worker(code, { eval: true, workerData: { started, root } });
  const [failures] = await once(worker, 'message');
  return failures;
}

test('a registry is read where nothing can be written, and nothing is', async () => {
  await (await openSqliteRegistry(root)).close();
  await chmod(root, 0o555);
  const library = new URL('../index.ts', import.meta.url).href;
  const code = `const { openSqliteRegistry } = await import(${JSON.stringify(library)});
    const registry = await openSqliteRegistry(${JSON.stringify(root)}, { readOnly: true });
    console.log(JSON.stringify(await registry.list()));
    await registry.close();
    await openSqliteRegistry(${JSON.stringify(root)}).catch(({ code }) => console.log(code));`;
  const [program = '', ...args] = [...withoutPrivileges(), process.execPath, '--input-type=module', '-e', code];
  const { stdout } = await promisify(execFile)(program, args);
  expect(stdout).toBe('[]\nenvironment\n');
  await chmod(root, 0o755);
  expect(await readdir(root)).toEqual(['registry.db']);
});

/** For the superuser no folder is closed, unless what makes them one is taken away. */
function withoutPrivileges(): string[] {
  return process.getuid?.() === 0 ? ['setpriv', '--bounding-set=-all'] : [];
}

test('one that is only read has to be there, and of this schema', async () => {
  const reading = () => openSqliteRegistry(root, { readOnly: true });
  await expect(reading()).rejects.toMatchObject({ code: 'notFound' });
  const database = new DatabaseSync(file);
  await expect(reading()).rejects.toMatchObject({ message: `${file} has schema 0, expected 2` });
  database.exec('PRAGMA user_version = 99');
  database.close();
  await expect(reading()).rejects.toMatchObject({ message: `${file} has schema 99; this release knows up to 2` });
});
