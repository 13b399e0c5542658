import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder beside this file with what it pins installed in it: once per pin, outside of the checkout, and built beside and
 * renamed, so that a kill leaves no half of it.
 */
export async function installed(
  pins: string,
  lock: string,
  install: (folder: string) => Promise<void>,
): Promise<string> {
  const from = fileURLToPath(new URL(pins, import.meta.url));
  const hash = createHash('sha256').update(await readFile(join(from, lock)));
  const name = `${pins}-${hash.digest('hex').slice(0, 16)}`;
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  const target = join(cache, 'ml-platform', 'testing', name);
  if (existsSync(target)) return target;
  const staging = `${target}.tmp-${process.pid}`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await cp(from, staging, { recursive: true });
    await install(staging);
    await rename(staging, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error;
    });
    return target;
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
