import { isLocation } from '@ml-platform/storage';
import type { ModelRegistry } from '../model-registry.ts';
import { openSqliteRegistry, type SqliteRegistryOptions } from '../sqlite/open.ts';
import { openStoredRegistry } from './open-stored-registry.ts';

/**
 * Opens the registry at a location: a folder of this machine, or one in object storage that many machines share
 * (`s3://bucket/models`, `az://container/models`, `file:///mnt/share/models`).
 *
 * @throws PlatformError `usage` for a location that is none; else as `openSqliteRegistry`, or, where it is in a store, a
 * `StoreError`.
 *
 * @example
 * ```ts
 * const registry = await openRegistry('s3://acme-models/registry');
 * const { location } = await registry.get('flight-delays', 'champion');
 * ```
 */
export function openRegistry(location: string, options: SqliteRegistryOptions = {}): Promise<ModelRegistry> {
  return isLocation(location) ? openStoredRegistry(location, options) : openSqliteRegistry(location, options);
}
