import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { PlatformError } from '@ml-platform/errors';
import { type Store, StoreError } from '@ml-platform/storage';
import { isStored, markAsStored } from '../sqlite/application-id.ts';
import type { DatabaseAccess } from '../sqlite/database-access.ts';
import { migrate } from '../sqlite/schema.ts';
import { explainingErrors } from '../sqlite/sqlite-error.ts';
import { inTransaction } from '../sqlite/transaction.ts';

export const DATABASE = 'registry.db';
/** Between two tries, in milliseconds; a random part of it, so that writers which met once don't meet again. */
const LONGEST_PAUSE = 400;

/** A database that is one object of a store: read as a whole, and replaced only where nobody else did so meanwhile. */
export function storedDatabase(store: Store, root: string, patience: number): DatabaseAccess {
  const name = `${root}/${DATABASE}`;
  return {
    read: async (work) => (await onCopy(await content(store), name, work)).result,
    write: (work) => untilKept(patience, root, () => change(store, name, work)),
    close: async () => undefined,
  };
}

/** @throws StoreError `changed` where another writer was first. */
async function change<T>(store: Store, name: string, work: (database: DatabaseSync) => T): Promise<T> {
  const found = await store.stat(DATABASE);
  const before = found && (await store.read(DATABASE));
  const inOne = (database: DatabaseSync) => inTransaction(database, () => work(database));
  const { result, after } = await onCopy(before, name, inOne);
  if (before?.equals(after)) return result;
  await store.write(DATABASE, after, found ? { ifMatch: found.version } : { ifAbsent: true });
  return result;
}

async function content(store: Store): Promise<Buffer | undefined> {
  return (await store.stat(DATABASE)) && (await store.read(DATABASE));
}

/** Runs `work` on a database in a file of its own, and gives the file's bytes after it. */
async function onCopy<T>(bytes: Buffer | undefined, name: string, work: (database: DatabaseSync) => T) {
  const { DatabaseSync: Database } = await import('node:sqlite');
  const folder = await mkdtemp(path.join(tmpdir(), 'registry-'));
  try {
    const file = path.join(folder, DATABASE);
    if (bytes) await writeFile(file, bytes);
    const result = explainingErrors(name, () => {
      const database = new Database(file);
      try {
        prepare(database, name, bytes === undefined);
        return work(database);
      } finally {
        database.close();
      }
    });
    return { result, after: await readFile(file) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function prepare(database: DatabaseSync, name: string, isNew: boolean): void {
  if (isNew) markAsStored(database);
  if (!isStored(database)) throw isOther(name);
  database.exec('PRAGMA foreign_keys = ON');
  migrate(database, name);
}

async function untilKept<T>(patience: number, root: string, work: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (thrown) {
      if (!isLostRace(thrown)) throw thrown;
      if (Date.now() >= deadline) throw stillBusy(root, patience, thrown);
      await sleep(Math.random() * LONGEST_PAUSE);
    }
  }
}

/** S3 answers `ConditionalRequestConflict` to one of two conditional writes that arrive together, and has done nothing. */
function isLostRace(thrown: unknown): boolean {
  return (
    thrown instanceof StoreError &&
    (thrown.reason === 'changed' || thrown.message.includes('ConditionalRequestConflict'))
  );
}

function stillBusy(root: string, patience: number, cause: unknown): PlatformError {
  return new PlatformError(`others changed ${root} again and again, for ${patience / 1000} s`, {
    code: 'busy',
    hint: 'try again when fewer jobs write to the registry',
    cause,
  });
}

function isOther(name: string): PlatformError {
  return new PlatformError(`${name} is no registry in a store: it belongs to a registry in a folder`, {
    code: 'usage',
    hint: 'name the folder as a path, not as a URI; or another prefix, and push the models to it',
  });
}
