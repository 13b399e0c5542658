import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { ModelRegistry } from '../model-registry.ts';
import { isStored } from './application-id.ts';
import { openDatabaseAccess } from './database-access.ts';
import { checkSchema, migrate } from './schema.ts';
import { explainingErrors, wantsToWrite } from './sqlite-error.ts';
import { SqliteRegistry } from './sqlite-registry.ts';
import { versionFolders } from './version-folders.ts';

export interface SqliteRegistryOptions {
  /** Make the registry where there is none; true unless given. */
  readonly create?: boolean;
  /** Only look: the folder may be one that can't be written to, and there has to be a registry in it. */
  readonly readOnly?: boolean;
  /** How long to wait for another process's write, in milliseconds; 5,000 unless given. */
  readonly busyTimeout?: number;
  readonly now?: () => Date;
}

const RETRY_MS = 10;

/**
 * Opens the embedded registry: the database `<root>/registry.db` and one folder `<root>/<name>/<version>/` per version.
 *
 * @throws PlatformError `notFound` where there is none and `create` is false; `environment` where the folder can't be
 * used or a newer release wrote the database; `data` where the database is damaged; `busy` where it stays locked.
 */
export async function openSqliteRegistry(root: string, options: SqliteRegistryOptions = {}): Promise<ModelRegistry> {
  const { readOnly = false, create = !readOnly, busyTimeout = 5_000, now = () => new Date() } = options;
  const folder = path.resolve(root);
  const file = path.join(folder, 'registry.db');
  if (create) makeFolder(folder);
  else if (!existsSync(file)) throw noRegistry(folder);
  const { DatabaseSync } = await import('node:sqlite');
  if (readOnly) return registryOf(openToRead(DatabaseSync, file, busyTimeout), now, folder, file);
  const database = explainingErrors(file, () => new DatabaseSync(file, { timeout: busyTimeout }));
  try {
    await whileBusy(busyTimeout, () => explainingErrors(file, () => prepare(database, file)));
  } catch (thrown) {
    database.close();
    throw thrown;
  }
  return registryOf(database, now, folder, file);
}

function registryOf(database: DatabaseSync, now: () => Date, folder: string, file: string): ModelRegistry {
  return new SqliteRegistry(openDatabaseAccess(database, file), versionFolders(folder), now);
}

/**
 * SQLite reads a database in WAL mode by a file beside it, which can't be made in a folder that can't be written to. Nobody
 * who sees the folder so changes it: there the file is read as one that stays as it is.
 */
function openToRead(Database: typeof DatabaseSync, file: string, timeout: number): DatabaseSync {
  return explainingErrors(file, () => {
    const options = { readOnly: true, timeout };
    let database = new Database(file, options);
    try {
      if (isStored(database)) throw isOther(file);
      checkSchema(database, file);
    } catch (thrown) {
      database.close();
      if (!wantsToWrite(thrown)) throw thrown;
      const fixed = pathToFileURL(file);
      fixed.searchParams.set('immutable', '1');
      database = new Database(fixed, options);
      checkSchema(database, file);
    }
    return database;
  });
}

function prepare(database: DatabaseSync, file: string): void {
  if (isStored(database)) throw isOther(file);
  database.exec('PRAGMA journal_mode = WAL; PRAGMA foreign_keys = ON');
  migrate(database, file);
}

/** SQLite's own timeout doesn't cover two processes that switch a new database to WAL together: one fails at once. */
async function whileBusy(timeout: number, work: () => void): Promise<void> {
  const deadline = Date.now() + timeout;
  for (;;) {
    try {
      return work();
    } catch (thrown) {
      if (!(thrown instanceof PlatformError && thrown.code === 'busy') || Date.now() >= deadline) throw thrown;
      await sleep(RETRY_MS);
    }
  }
}

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (thrown) {
    throw new PlatformError(`can't make the folder ${folder}: ${messageOf(thrown)}`, {
      code: 'environment',
      hint: 'name a folder that can be written to',
      cause: thrown,
    });
  }
}

function isOther(file: string): PlatformError {
  return new PlatformError(`${file} belongs to a registry in a store, which keeps its models in another way`, {
    code: 'usage',
    hint: `name it as one: ${pathToFileURL(path.dirname(file)).href}`,
  });
}

function noRegistry(folder: string): PlatformError {
  return new PlatformError(`no model registry in ${folder}`, {
    code: 'notFound',
    hint: 'register a model first, or name the folder that holds registry.db',
  });
}
