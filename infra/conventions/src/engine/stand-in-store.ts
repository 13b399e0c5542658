import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

/** A resource as the stand-in cloud has it. */
export interface StoredResource {
  readonly urn: string;
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs that were given. */
  readonly given: readonly string[];
}

/** What there is in a stand-in cloud, by type and id: `aws:s3/bucket:Bucket lake-0123abc`. */
export type Store = Readonly<Record<string, StoredResource>>;

/** Of a file that isn't there the store is empty. */
export function readStore(file: string): Store {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Store) : {};
}

/** Whole or not at all: a test may read it at any time. */
export function writeStore(file: string, store: Store): void {
  const staging = `${file}.${process.pid}`;
  writeFileSync(staging, JSON.stringify(store, null, 2));
  renameSync(staging, file);
}
