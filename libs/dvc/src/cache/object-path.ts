import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { TrackedOutput } from '../hashes/read-hashes.ts';

/** The cache's folder: `cache.dir` of the repository's own configuration, else `.dvc/cache`. */
export async function cacheFolder(root: string): Promise<string> {
  for (const name of ['config.local', 'config']) {
    const text = await readFile(join(root, '.dvc', name), 'utf8').catch(() => '');
    const section = text.split(/^\s*\[/m).find((one) => one.startsWith('cache]')) ?? '';
    const dir = /^\s*dir\s*=\s*(.+?)\s*$/m.exec(section)?.[1];
    if (dir !== undefined) return resolve(root, '.dvc', dir);
  }
  return join(root, '.dvc', 'cache');
}

type Hash = NonNullable<TrackedOutput['hash']>;

/** Where an object lies; version 2 of DVC had no folder for the kind of hash. */
export function objectPath(cache: string, { algorithm, value }: Hash): string {
  const place = algorithm === 'md5' ? join(cache, 'files', 'md5') : cache;
  return join(place, value.slice(0, 2), value.slice(2));
}
