import { realpath } from 'node:fs/promises';
import { posix, relative } from 'node:path';
import { findRoot } from '../calls/find-root.ts';
import { DvcError } from '../failures/dvc-error.ts';
import { type CheckOptions, damagedObjects } from '../cache/damaged-objects.ts';
import { cacheFolder } from '../cache/object-path.ts';
import { readHashes, type TrackedOutput } from '../hashes/read-hashes.ts';

/**
 * Refuses to go on with an object in the cache that is damaged, before DVC hands it out or drops it.
 *
 * @throws DvcError `corruptedCache`, naming the objects.
 */
export async function refuseDamage(folder: string, targets: readonly string[], options: CheckOptions): Promise<void> {
  const here = await realpath(folder).catch(() => folder);
  const root = findRoot(here);
  if (root === undefined) return;
  const below = relative(root, here).replaceAll('\\', '/');
  const wanted = targets.map((target) => posix.join(below, target.replaceAll('\\', '/')));
  const outputs = await readHashes(root).catch((error: unknown) => {
    if (options.content) throw error;
    // Before another command a file that can't be read is DVC's to judge: it may ignore it.
    return [];
  });
  const meant = wanted.length === 0 ? outputs : outputs.filter((output) => isMeant(output, wanted));
  const damaged = await damagedObjects(await cacheFolder(root), meant, options);
  if (damaged.length === 0) return;
  const [first] = damaged;
  const more = damaged.length > 1 ? ` and ${damaged.length - 1} more objects` : '';
  throw new DvcError(`${first}${more} in the DVC cache of ${root} no longer hold what their names say`, {
    reason: 'corruptedCache',
    said: damaged.join('\n'),
  });
}

/** A target is a file or folder, its `.dvc`, a `dvc.yaml`, or a stage. */
function isMeant({ path, file, stage }: TrackedOutput, targets: readonly string[]): boolean {
  const yaml = file.replace(/dvc\.lock$/, 'dvc.yaml');
  const folder = posix.dirname(file);
  const names = [file, yaml, ...(stage === undefined ? [] : [posix.join(folder, stage), `${yaml}:${stage}`])];
  return targets.some((target) => names.includes(target) || isInside(path, target) || isInside(target, path));
}

function isInside(path: string, folder: string): boolean {
  return folder === '.' || path === folder || path.startsWith(`${folder}/`);
}
