import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Lets `fill` write into a folder beside `target`, then puts it in `target`'s place by renaming: a reader, or the next
 * run after a kill, finds the old content, the new, or nothing, never a part. Call it under the step's lock: folders
 * that a killed run left are removed.
 */
export async function replaceFolder(target: string, fill: (staging: string) => Promise<void>): Promise<void> {
  const parent = dirname(target);
  const prefix = `.${basename(target)}.tmp-`;
  await mkdir(parent, { recursive: true });
  await removeLeftovers(parent, prefix);
  const staging = join(parent, `${prefix}${process.pid}`);
  await mkdir(staging);
  try {
    await fill(staging);
    const old = join(parent, `${prefix}old-${process.pid}`);
    await rename(target, old).catch(ignoreMissing);
    await rename(staging, target);
    await rm(old, { recursive: true, force: true });
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    throw error;
  }
}

async function removeLeftovers(parent: string, prefix: string): Promise<void> {
  const leftovers = (await readdir(parent)).filter((name) => name.startsWith(prefix));
  await Promise.all(leftovers.map((name) => rm(join(parent, name), { recursive: true, force: true })));
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
