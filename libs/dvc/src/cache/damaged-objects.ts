import { readFile, stat } from 'node:fs/promises';
import type { TrackedOutput } from '../hashes/read-hashes.ts';
import { md5Of } from './hash-tree.ts';
import { hashOfManifest, parseManifest } from './manifest.ts';
import { objectPath } from './object-path.ts';

type Hash = NonNullable<TrackedOutput['hash']>;

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
  const isWhole = hashOfManifest(text) === hash.value;
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
