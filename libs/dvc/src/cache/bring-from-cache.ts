import { constants, existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readFile } from 'node:fs/promises';
import { dirname, isAbsolute, join, normalize } from 'node:path';
import { DvcError } from '../failures/dvc-error.ts';
import type { TrackedOutput } from '../hashes/read-hashes.ts';
import { md5Of } from './hash-tree.ts';
import { hashOfManifest, type Manifest, parseManifest } from './manifest.ts';
import { objectPath } from './object-path.ts';

type Hash = NonNullable<TrackedOutput['hash']>;

/**
 * Writes the file or folder of that hash to `target`, which must not be there, and looks at every byte on the way: DVC
 * itself hands a damaged object out as if it were the data. False, with nothing written, where the cache lacks an object.
 *
 * @throws DvcError `corruptedCache`, with the object's path as what was `said`; what was written to `target` until then is the
 * caller's to remove.
 */
export async function bringFromCache(cache: string, hash: Hash, target: string): Promise<boolean> {
  const objects = await objectsOf(cache, hash);
  if (objects === undefined || !objects.every(({ object }) => existsSync(object))) return false;
  if (hash.value.endsWith('.dir')) await mkdir(target, { recursive: true });
  for (const { object, md5, relpath } of objects) {
    const path = join(target, relpath);
    await mkdir(dirname(path), { recursive: true });
    await copyFile(object, path, constants.COPYFILE_FICLONE);
    await chmod(path, 0o644);
    if ((await md5Of(path)) !== md5) throw damaged(object);
  }
  return true;
}

async function objectsOf(cache: string, hash: Hash) {
  const object = objectPath(cache, hash);
  if (!hash.value.endsWith('.dir')) return [{ object, md5: hash.value, relpath: '' }];
  const text = await readFile(object, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const manifest = hashOfManifest(text) === hash.value ? parseManifest(text) : undefined;
  if (manifest === undefined || manifest.some(leavesTheFolder)) throw damaged(object);
  return manifest.map((file) => ({
    ...file,
    object: objectPath(cache, { algorithm: hash.algorithm, value: file.md5 }),
  }));
}

function leavesTheFolder({ relpath }: Manifest[number]): boolean {
  return isAbsolute(relpath) || normalize(relpath).startsWith('..');
}

function damaged(object: string): DvcError {
  const message = `${object} in the DVC cache no longer holds what its name says`;
  return new DvcError(message, { reason: 'corruptedCache', said: object });
}
