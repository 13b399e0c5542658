import { PlatformError } from '@ml-platform/errors';
import { openStore } from '@ml-platform/storage';
import type { ModelRegistry } from '../model-registry.ts';
import type { SqliteRegistryOptions } from '../sqlite/open.ts';
import { SqliteRegistry } from '../sqlite/sqlite-registry.ts';
import { DATABASE, storedDatabase } from './stored-database.ts';
import { storedFiles } from './stored-files.ts';

/** Writers take turns, and each turn is a few requests. */
const PATIENCE_MILLISECONDS = 60_000;

/**
 * Opens a registry in object storage: the database `registry.db`, which a conditional write replaces as a whole, and the
 * files of versions by their content, `objects/<hash>/…`, written before the row that names them. Nothing is written before
 * the first change, and a change that lost to another writer is made again on what that one left.
 *
 * @throws PlatformError `notFound` where there is none and it may not be made; each method a `StoreError` where the store
 * doesn't do it, `busy` where others win for a minute.
 */
export async function openStoredRegistry(
  location: string,
  { readOnly = false, create = !readOnly, ...options }: SqliteRegistryOptions = {},
): Promise<ModelRegistry> {
  const root = location.replace(/\/+$/, '');
  const store = await openStore(root);
  if (!create && (await store.stat(DATABASE)) === undefined) throw noRegistry(root);
  const { busyTimeout = PATIENCE_MILLISECONDS, now = () => new Date() } = options;
  return new SqliteRegistry(storedDatabase(store, root, busyTimeout), storedFiles(store, root), now);
}

function noRegistry(root: string): PlatformError {
  return new PlatformError(`no model registry at ${root}`, {
    code: 'notFound',
    hint: 'check the bucket and the prefix, or put a first model there: npx platform models push NAME',
  });
}
