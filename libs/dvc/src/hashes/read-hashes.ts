import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { z } from 'zod';
import { dvcFile, type Entry, lockFile, readYaml, stagesFile } from './read-file.ts';
import { trackedFiles } from './tracked-files.ts';

/** A file or folder that DVC tracks, and what it is expected to hold. */
export interface TrackedOutput {
  /** Path from the folder, with `/`. */
  readonly path: string;
  /** The `.dvc` or `dvc.lock` that says so. */
  readonly file: string;
  /** Where `file` is a `dvc.lock`. */
  readonly stage?: string;
  /** Not there for what was never downloaded. `md5-dos2unix` is DVC 2's: of text with its line ends made one. */
  readonly hash?: { readonly algorithm: 'md5' | 'md5-dos2unix' | 'etag' | 'checksum'; readonly value: string };
  /** A folder's hash is that of its manifest. */
  readonly isFolder: boolean;
  /** In bytes; of a folder that of all files together. */
  readonly size?: number;
  readonly files?: number;
}

export type Lock = z.infer<typeof lockFile>;

/**
 * All outputs that the `.dvc` files and `dvc.lock` below a folder name, read without starting Python.
 *
 * @throws DvcError `mergeConflict` or `invalidFile`, naming the file and the line.
 */
export async function readHashes(folder: string): Promise<TrackedOutput[]> {
  const files = await trackedFiles(folder);
  const found = await Promise.all(
    files.map((file) => (posix.basename(file) === 'dvc.lock' ? ofLock(folder, file) : ofDvcFile(folder, file))),
  );
  return found.flat();
}

/** The `dvc.lock` of a folder: each stage's command, dependencies, parameters and outputs as they were last run. */
export async function readLock(folder: string): Promise<Lock> {
  return readYaml(join(folder, 'dvc.lock'), lockFile);
}

async function ofDvcFile(folder: string, file: string): Promise<TrackedOutput[]> {
  const { wdir, outs } = await readYaml(join(folder, file), dvcFile);
  return outs.map((out) => ({ ...outputOf(out, posix.join(posix.dirname(file), wdir)), file }));
}

async function ofLock(folder: string, file: string): Promise<TrackedOutput[]> {
  const { stages } = await readYaml(join(folder, file), lockFile);
  const folders = await workFolders(folder, file);
  return Object.entries(stages).flatMap(([stage, { outs }]) => {
    const wdir = folders(stage);
    return outs.map((out) => ({ ...outputOf(out, posix.join(posix.dirname(file), wdir)), file, stage }));
  });
}

/** A stage's paths begin at its `wdir`, which stands in dvc.yaml alone; `train@small` is made of `train`. */
async function workFolders(folder: string, lock: string): Promise<(stage: string) => string> {
  const file = join(folder, posix.dirname(lock), 'dvc.yaml');
  if (!existsSync(file)) return () => '.';
  const { stages } = await readYaml(file, stagesFile);
  return (name) => {
    const stage = stages[name] ?? stages[name.split('@')[0] ?? ''] ?? {};
    const wdir = stage.wdir ?? (stage.do as { wdir?: unknown } | undefined)?.wdir;
    return typeof wdir === 'string' ? wdir : '.';
  };
}

function outputOf(entry: Entry, wdir: string): Omit<TrackedOutput, 'file' | 'stage'> {
  const hash = hashOf(entry);
  const { size, nfiles } = entry;
  return {
    path: posix.join(wdir, entry.path),
    ...(hash && { hash }),
    isFolder: hash?.value.endsWith('.dir') === true,
    ...(size !== undefined && { size }),
    ...(nfiles !== undefined && { files: nfiles }),
  };
}

function hashOf({ md5, hash, etag, checksum }: Entry): TrackedOutput['hash'] {
  if (md5 !== undefined) return { algorithm: hash === 'md5' ? 'md5' : 'md5-dos2unix', value: md5 };
  if (etag !== undefined) return { algorithm: 'etag', value: etag };
  return checksum === undefined ? undefined : { algorithm: 'checksum', value: checksum };
}
