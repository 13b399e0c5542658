import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** SHA-256, in hexadecimal, over the relative path and the bytes of every file below a folder, in path order. */
export async function hashFolder(folder: string): Promise<string> {
  const total = createHash('sha256');
  for (const file of await filesBelow(folder)) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(path.join(folder, file)), hash);
    total.update(`${hash.digest('hex')}  ${JSON.stringify(file)}\n`);
  }
  return total.digest('hex');
}

/** Paths below a folder, with `/`, sorted. */
export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/'))
    .sort();
}
