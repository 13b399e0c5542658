import { posix, resolve, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { PlatformError } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';
import type { Store, StoredObject } from '@ml-platform/storage';

/** A file in a folder or a bucket. */
export interface FoundFile {
  /** The pattern up to its first wildcard, with what stands there instead: it doesn't depend on where a folder is mounted. */
  readonly name: string;
  readonly object: StoredObject;
  readonly store: Store;
  /** On this machine, if it is there. */
  readonly local: string | undefined;
}

/**
 * Files that a pattern matches: `data/*.csv`, `s3://bucket/2024-*.parquet`; without a wildcard it is one file.
 *
 * @param from the folder that a relative pattern begins in.
 * @throws PlatformError `notFound` where a pattern without a wildcard has no file.
 */
export async function* findFiles(pattern: string, from = '.'): AsyncIterable<FoundFile> {
  const [fixed = '', rest = ''] = split(pattern);
  const folder = isLocation(fixed) ? undefined : resolve(from, fixed);
  const store = await openStore(folder === undefined ? fixed.replace(/\/$/, '') : pathToFileURL(folder).href);
  let found = 0;
  for await (const object of store.entries(rest.replace(/[*?[{].*$/s, ''))) {
    if (!posix.matchesGlob(object.path, rest)) continue;
    found++;
    const local = folder === undefined ? undefined : `${folder}${sep}${object.path}`;
    yield { name: `${fixed}${object.path}`, object, store, local };
  }
  if (found > 0 || /[*?[{]/.test(rest)) return;
  throw new PlatformError(`there is no file ${pattern}`, {
    code: 'notFound',
    hint: 'name a file, or a pattern: data/*.csv',
  });
}

/** What stands before the folder of the first wildcard, with its `/`, and the rest. */
function split(pattern: string): [fixed: string, rest: string] {
  const wildcard = /[*?[{]/.exec(pattern)?.index ?? pattern.length;
  const end = pattern.lastIndexOf('/', wildcard) + 1;
  return [pattern.slice(0, end), pattern.slice(end)];
}
