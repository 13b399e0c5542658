import { constants } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hashTree, type Tree } from './hash-tree.ts';
import { manifestText } from './manifest.ts';
import { objectPath } from './object-path.ts';

/** As DVC has them: nobody writes into an object by mistake. */
const READ_ONLY = 0o444;

/** Copies a file or folder into the cache, object by object, as `dvc add` would; a folder's manifest comes last. */
export async function keepInCache(cache: string, path: string): Promise<Tree> {
  const { tree, files } = await hashTree(path);
  for (const { md5, path: file, size } of files) {
    const object = objectPath(cache, { algorithm: 'md5', value: md5 });
    await place(object, size, (staged) => copyFile(file, staged, constants.COPYFILE_FICLONE));
  }
  if (tree.nfiles !== undefined) {
    const text = manifestText(files);
    const object = objectPath(cache, { algorithm: 'md5', value: tree.md5 });
    await place(object, text.length, (staged) => writeFile(staged, text));
  }
  return tree;
}

/** An object of another size than it should have is replaced: it is damaged. */
async function place(object: string, size: number, write: (staged: string) => Promise<void>): Promise<void> {
  if ((await stat(object).catch(() => undefined))?.size === size) return;
  await mkdir(dirname(object), { recursive: true });
  const staged = `${object}.${process.pid}.tmp`;
  try {
    await write(staged);
    await chmod(staged, READ_ONLY);
    await rename(staged, object);
  } finally {
    await rm(staged, { force: true });
  }
}
