import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSqliteRegistry } from './open.ts';

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
  expect(database.prepare('PRAGMA user_version').get()?.user_version).toBe(1);
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
    message: `${file} has schema 99; this release knows up to 1`,
  });
});

test('a file that is no database is refused', async () => {
  await writeFile(file, 'not a database, and longer than the header of one: '.repeat(20));
  await expect(openSqliteRegistry(root)).rejects.toMatchObject({
    code: 'data',
    message: `${file}: file is not a database`,
  });
});

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
