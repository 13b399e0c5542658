import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, expect, test } from 'vitest';
import { explainingErrors } from './sqlite-error.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'sqlite-'));
const file = path.join(folder, 'registry.db');

afterAll(() => rmSync(folder, { recursive: true }));

function withDatabase(work: (database: DatabaseSync) => void, options = {}): void {
  const database = new DatabaseSync(file, options);
  try {
    explainingErrors(file, () => work(database));
  } finally {
    database.close();
  }
}

test('a full disk', () => {
  const fill = (database: DatabaseSync) => {
    database.exec('PRAGMA max_page_count = 2; CREATE TABLE t (x)');
    for (;;) database.exec('INSERT INTO t VALUES (zeroblob(1000))');
  };
  expect(() => withDatabase(fill)).toThrow(
    expect.objectContaining({ code: 'environment', hint: 'free some disk space' }),
  );
});

test('a database that may not be written', () => {
  const write = (database: DatabaseSync) => database.exec('CREATE TABLE u (x)');
  expect(() => withDatabase(write, { readOnly: true })).toThrow(
    expect.objectContaining({ code: 'environment', hint: 'the registry has to be writable' }),
  );
});

test('a folder that is gone', () => {
  const open = () => new DatabaseSync(path.join(folder, 'none', 'registry.db'));
  expect(() => explainingErrors(file, open)).toThrow(
    expect.objectContaining({ code: 'environment', message: `${file}: unable to open database file` }),
  );
});

test('a damaged page', () => {
  const opened = openSync(file, 'r+');
  writeSync(opened, Buffer.alloc(4096, 0xff), 0, 4096, 4096);
  closeSync(opened);
  const read = (database: DatabaseSync) => database.exec('SELECT * FROM t');
  expect(() => withDatabase(read)).toThrow(
    expect.objectContaining({ code: 'data', hint: expect.stringContaining('backup') }),
  );
});

test('any other error stays what it is', () => {
  const typo = () => new DatabaseSync(':memory:').exec('SELEC');
  expect(() => explainingErrors(file, typo)).toThrow(expect.objectContaining({ code: 'ERR_SQLITE_ERROR' }));
});
