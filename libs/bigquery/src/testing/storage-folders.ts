import { pathToFileURL } from 'node:url';
import type * as storage from '@ml-platform/storage';
import { vi } from 'vitest';

const actual = await vi.importActual<typeof storage>('@ml-platform/storage');

/** Stands in for the storage library's: opens buckets as the folders in LAKE, like any other store. */
export const openStore: typeof actual.openStore = (uri) =>
  actual.openStore(uri.replace('gs://', `${pathToFileURL(process.env.LAKE ?? '').href}/`));
