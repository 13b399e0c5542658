import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pipeline as pump } from 'node:stream/promises';
import { z } from 'zod';
import type { TrackedOutput } from './read-hashes.ts';

const manifestSchema = z.array(z.object({ md5: z.string(), relpath: z.string() }));

/** The files of a folder that DVC tracks. */
export type Manifest = z.infer<typeof manifestSchema>;

/** A `.dir` object, or nothing where it isn't one. */
export function parseManifest(text: string): Manifest | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

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

export interface CheckOptions {
  /** Hashes all bytes; else sizes and manifests alone are looked at. */
  readonly content: boolean;
}

/**
 * Paths of the objects of these outputs that don't hold what their name says. DVC doesn't look: it hands a damaged object
 * out as if it were the data. One that isn't there is not damaged.
 */
export async function damagedObjects(
  cache: string,
  outputs: readonly TrackedOutput[],
  { content }: CheckOptions,
): Promise<string[]> {
  const found: string[] = [];
  for (const { hash, isFolder, size } of outputs) {
    if (hash?.algorithm !== 'md5' && hash?.algorithm !== 'md5-dos2unix') continue;
    const path = objectPath(cache, hash);
    if (isFolder) found.push(...(await damagedFolder(path, { cache, hash, size, content })));
    else if (await isDamaged(path, hash, { size, content })) found.push(path);
  }
  return [...new Set(found)];
}

interface FolderCheck extends CheckOptions {
  readonly cache: string;
  readonly hash: Hash;
  readonly size: number | undefined;
}

/**
 * A manifest is small, so it is always hashed; its files have no sizes: they are hashed where all are there and the sum
 * is wrong.
 */
async function damagedFolder(path: string, { cache, hash, size, content }: FolderCheck): Promise<string[]> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  const manifest = parseManifest(text);
  const isWhole = `${createHash('md5').update(text).digest('hex')}.dir` === hash.value;
  if (manifest === undefined || !isWhole) return [path];
  const objects = manifest.map(({ md5 }) => ({ algorithm: hash.algorithm, value: md5 }));
  const sizes = await Promise.all(objects.map((object) => sizeOf(objectPath(cache, object))));
  const sum = sizes.reduce<number | undefined>(
    (all, one) => (all === undefined || one === undefined ? undefined : all + one),
    0,
  );
  const isSuspect = content || (sum !== undefined && size !== undefined && sum !== size);
  if (!isSuspect) return [];
  const damaged: string[] = [];
  for (const object of objects) {
    const file = objectPath(cache, object);
    if (await isDamaged(file, object, { size: undefined, content: true })) damaged.push(file);
  }
  return damaged;
}

async function isDamaged(
  path: string,
  hash: Hash,
  { size, content }: CheckOptions & { size: number | undefined },
): Promise<boolean> {
  const found = await sizeOf(path);
  if (found === undefined) return false;
  if (hash.algorithm === 'md5' && size !== undefined && found !== size) return true;
  return content && hash.algorithm === 'md5' && (await md5Of(path)) !== hash.value;
}

async function sizeOf(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pump(createReadStream(path), hash);
  return hash.digest('hex');
}
