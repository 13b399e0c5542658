import { resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { PlatformError, suggest } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import { type Dataset, type DatasetOptions, datasetOf } from './dataset.ts';
import { ZONES, type Zone } from './zone.ts';

/** Datasets in a folder or a bucket, by zone. */
export interface Lake {
  readonly uri: string;
  /**
   * A dataset, which need not be there yet.
   *
   * @throws PlatformError `usage` for a zone or a name that can't be one.
   */
  dataset(zone: Zone, name: string, options?: DatasetOptions): Dataset;
}

export interface LakeOptions {
  /** The folder that a relative path begins in; the current one unless given. */
  readonly from?: string;
}

/**
 * Opens a lake: a folder of this machine, or a location (`s3://bucket/lake`, `gs://…`, `az://…`, `file:///…`).
 *
 * @example
 * ```ts
 * const lake = await openLake('data/lake');
 * const orders = lake.dataset('raw', 'orders', { partitionBy: { day: 'changed::DATE' } });
 * ```
 */
export async function openLake(uri: string, { from = '.' }: LakeOptions = {}): Promise<Lake> {
  const location = isLocation(uri) ? uri : pathToFileURL(resolve(from, uri)).href;
  const store = await openStore(location);
  const root = location.startsWith('file:') ? fileURLToPath(location) : undefined;
  return {
    uri: location,
    dataset: (zone, name, options = {}) => {
      checkNames(zone, name);
      return datasetOf({ store, location, root }, zone, name, options);
    },
  };
}

function checkNames(zone: string, name: string): void {
  if (!(ZONES as readonly string[]).includes(zone)) {
    throw new PlatformError(`there is no zone ${zone}`, { code: 'usage', hint: suggest(zone, ZONES, 'zones') });
  }
  if (/^[a-z\d][a-z\d_-]*$/.test(name)) return;
  throw new PlatformError(`'${name}' can't be a dataset's name`, {
    code: 'usage',
    hint: 'expected lower-case letters, digits, - and _, as in flight-delays',
  });
}
