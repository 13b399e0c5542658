import { mkdir } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as storage from '@ml-platform/storage';
import { vi } from 'vitest';

const actual = await vi.importActual<typeof storage>('@ml-platform/storage');

/** Stands in for the storage library's: opens buckets as the folders in LAKE, like any other store. */
export const openStore: typeof actual.openStore = async (uri) => {
  const folder = uri.replace('gs://', `${pathToFileURL(process.env.LAKE ?? '').href}/`);
  // A bucket takes any name; a program that writes into the folder as its bucket needs the folder there.
  if (folder.startsWith('file:')) await mkdir(fileURLToPath(folder), { recursive: true });
  return actual.openStore(folder);
};
