import {
  type BigIntStats,
  constants,
  createReadStream,
  createWriteStream,
  type Dirent,
  renameSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { copyFile, link, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline as pump } from 'node:stream/promises';
import type { Backend, Condition } from './backend.ts';
import { INCOMING, isIncoming, placed } from './incoming.ts';
import type { StoredObject } from './object-store.ts';

/** A folder of this machine as a store. Not OpenDAL's: what that one writes is seen before it is whole. */
export function inFolder(root: string): Backend {
  const at = (path: string) => join(root, path);
  const made = async (path: string) => {
    await mkdir(dirname(at(path)), { recursive: true });
    return at(path);
  };
  return {
    stat: (path) => statOf(at(path), path),
    read: (path, { start, end = Number.POSITIVE_INFINITY }) => createReadStream(at(path), { start, end: end - 1 }),
    write: async (path, content) => placed(await made(path), (incoming) => fill(incoming, content), rename),
    writeIf: async (path, content, condition) =>
      placed(
        await made(path),
        (incoming) => fill(incoming, content),
        (incoming, file) => placeIf(incoming, file, condition),
      ),
    copy: async (from, to) =>
      placed(await made(to), (incoming) => copyFile(at(from), incoming, constants.COPYFILE_FICLONE), rename),
    move: async (from, to) => rename(at(from), await made(to)),
    list: (prefix) => filesBelow(root, prefix),
    children: (prefix) => children(root, prefix),
    remove: async (paths) => {
      await Promise.all(paths.map((path) => rm(at(path), { force: true })));
    },
  };
}

async function fill(incoming: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  await pump(content, createWriteStream(incoming, { flags: 'wx' }));
}

async function statOf(file: string, path: string): Promise<StoredObject | undefined> {
  try {
    const about = await stat(file, { bigint: true });
    if (!about.isFile()) return undefined;
    return { path, size: Number(about.size), version: versionOf(about), modified: about.mtime };
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

function versionOf({ size, mtimeNs, ino }: BigIntStats): string {
  return `${size}-${mtimeNs}-${ino}`;
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

function placeIf(incoming: string, file: string, condition: Condition): Promise<boolean> {
  return 'ifAbsent' in condition ? placeIfAbsent(incoming, file) : placeIfMatch(incoming, file, condition.ifMatch);
}

/** A second name for the file is given only where that name is free: link(2). */
async function placeIfAbsent(incoming: string, file: string): Promise<boolean> {
  try {
    await link(incoming, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Nothing in a file system compares and swaps: who looks and renames holds a lock of the folder. It is an open transaction on
 * an empty SQLite database, which the system frees when the process ends, however it ends. A write without a condition
 * doesn't ask for it.
 */
async function placeIfMatch(incoming: string, file: string, version: string): Promise<boolean> {
  const { DatabaseSync } = await import('node:sqlite');
  const lock = new DatabaseSync(join(dirname(file), `${INCOMING}lock`), { timeout: LOCK_MILLISECONDS });
  try {
    lock.exec('BEGIN EXCLUSIVE');
    const now = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (now === undefined || versionOf(now) !== version) return false;
    passOn(incoming, Number(now.mtimeNs / 1000n));
    renameSync(incoming, file);
    return true;
  } finally {
    lock.close();
  }
}

/** It is held for as long as a rename takes. */
const LOCK_MILLISECONDS = 2000;

/** Clocks of file systems tick in milliseconds, and inodes are used again: a later version has a later time. */
function passOn(incoming: string, before: number): void {
  const after = Math.max(Date.now() * 1000, before + 2) / 1e6;
  utimesSync(incoming, after, after);
}

async function filesBelow(root: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const path of await children(root, prefix)) {
    if (path.endsWith('/')) for (const below of await filesBelow(root, path)) paths.push(below);
    else paths.push(path);
  }
  return paths;
}

async function children(root: string, prefix: string): Promise<string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const start = prefix.slice(folder.length);
  const found = (await entriesOf(join(root, folder))).filter(({ name }) => name.startsWith(start));
  const named = found.map(async (entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return `${path}/`;
    if (entry.isFile()) return path;
    // A link to a file is a file; one to a folder could lead round in a circle.
    const isFile = entry.isSymbolicLink() && (await statOf(join(root, path), path)) !== undefined;
    return isFile ? path : undefined;
  });
  return (await Promise.all(named)).filter((path) => path !== undefined);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    const all = await readdir(folder, { withFileTypes: true });
    return all.filter(({ name }) => !isIncoming(name));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
