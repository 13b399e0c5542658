import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ArtifactType } from '../artifacts/artifact-type.ts';

/** In the place of an artifact that stays in the object store, a folder with this file alone. */
const NOTE = '.in-store.json';

/** A file of an artifact that stays in the object store. */
export interface StoredFile {
  /** Path below the artifact's own; empty where the artifact is this one file. */
  readonly name: string;
  /** Path below the store, of where it is now. */
  readonly from: string;
  /** What changes when its content does. */
  readonly version: string;
}

/** Puts a note of where an artifact is in the place where a step's artifacts are looked for. */
export async function noteStored(path: string, files: readonly StoredFile[]): Promise<void> {
  await mkdir(path, { recursive: true });
  await writeFile(join(path, NOTE), JSON.stringify(files));
}

/** What a note says; `undefined` where the artifact itself is there. */
export async function storedFiles(path: string): Promise<readonly StoredFile[] | undefined> {
  const note = join(path, NOTE);
  return existsSync(note) ? (JSON.parse(await readFile(note, 'utf8')) as StoredFile[]) : undefined;
}

/** In place of a hash of an artifact's content, which only who reads all of it knows: one of names, sizes and marks. */
export function storedVersion(files: readonly StoredFile[]): string {
  const all = files.map(({ name, version }) => [name, version]);
  return `stored:${createHash('sha256').update(JSON.stringify(all)).digest('hex')}`;
}

/** As the type's own check; of an artifact that stays in the store, by what files it has. */
export async function checkArtifact(type: ArtifactType, path: string): Promise<void> {
  const files = await storedFiles(path);
  if (files === undefined) return type.check(path);
  const isOneFile = files.length === 1 && files[0]?.name === '';
  if (!type.directory && !isOneFile) throw new Error('is a folder of files, and not one file');
  if (type.directory && isOneFile) throw new Error('is one file, and not a folder');
  const other = files.find(({ name }) => name.includes('/') || !name.endsWith('.parquet'));
  if (type.kind === 'dataset' && other) {
    throw new Error(`holds ${other.name}, and a dataset holds .parquet files alone`);
  }
}
