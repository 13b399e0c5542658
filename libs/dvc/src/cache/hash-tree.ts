import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline as pump } from 'node:stream/promises';
import { hashOfManifest, manifestText } from './manifest.ts';

/** A file or folder as DVC's lock tells it. */
export interface Tree {
  /** MD5 in hexadecimal; of a folder that of its manifest, and `.dir`. */
  readonly md5: string;
  /** In bytes; of a folder that of all files together. */
  readonly size: number;
  /** How many files a folder holds; not there for a file. */
  readonly nfiles?: number;
}

/** What a folder's hash is made of. */
export interface TreeFile {
  /** Path from the folder, with `/`; of a file alone, nothing. */
  readonly relpath: string;
  /** Absolute. */
  readonly path: string;
  readonly md5: string;
  readonly size: number;
}

/** The hash that DVC gives a file or a folder, and the files that it is made of. */
export async function hashTree(path: string): Promise<{ readonly tree: Tree; readonly files: readonly TreeFile[] }> {
  const found = await stat(path);
  if (!found.isDirectory()) {
    const file = { relpath: '', path, md5: await md5Of(path), size: found.size };
    return { tree: { md5: file.md5, size: file.size }, files: [file] };
  }
  const files = await filesBelow(path);
  const size = files.reduce((sum, file) => sum + file.size, 0);
  return { tree: { md5: hashOfManifest(manifestText(files)), size, nfiles: files.length }, files };
}

/** MD5 of a file's bytes, in hexadecimal. */
export async function md5Of(path: string): Promise<string> {
  const hash = createHash('md5');
  await pump(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest('hex');
}

/** Empty folders don't count: DVC doesn't know them. */
async function filesBelow(folder: string): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const found = await stat(path);
    if (!found.isFile()) continue;
    const relpath = relative(folder, path).split(sep).join('/');
    files.push({ relpath, path, md5: await md5Of(path), size: found.size });
  }
  return files;
}
