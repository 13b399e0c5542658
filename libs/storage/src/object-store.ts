import type { Readable } from 'node:stream';

/** Files under a location, by their path below it, with `/`. */
export interface ObjectStore {
  /** Paths of all files whose path starts with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Copies a file to this machine. */
  download(path: string, file: string): Promise<void>;
  /** Copies a file, or a folder with all that is in it, to the store. */
  upload(file: string, path: string): Promise<void>;
  /** Copies a file within the store, which moves no byte through this machine; S3 takes at most 5 GiB. */
  copy(from: string, to: string): Promise<void>;
  /** What changes when a file does: the store's own mark of its content. */
  version(path: string): Promise<string>;
  /** Removes all files whose path starts with `prefix`; none is no error. */
  remove(prefix: string): Promise<void>;
}

/** All that a location can do. Every method throws a `StoreError`, which names the location. */
export interface Store extends ObjectStore {
  /** What is at a path; nothing, where no file is, nor where no bucket is. */
  stat(path: string): Promise<StoredObject | undefined>;
  /** A file's bytes, or those of a range. */
  read(path: string, options?: ReadOptions): Promise<Buffer>;
  /** A file's text, in UTF-8. */
  readText(path: string, options?: ReadOptions): Promise<string>;
  /** A file in chunks, in constant memory; what is wrong is the stream's error. */
  readStream(path: string, options?: ReadOptions): Readable;
  /**
   * Writes a file whole or not at all: it is there once all parts are. A killed writer leaves, out of sight, parts (S3: until
   * a lifecycle rule removes them, Azure and GCS: a week) or, in a folder, a `.incoming-…` file.
   *
   * With a condition (S3, `file:`, Azure with an account's key; at most 5 GB in a bucket) exactly one of many conditional
   * writers wins. To change what was read: `stat`, then `read`, then `write` with `ifMatch`.
   *
   * @throws StoreError `busy` where the condition doesn't hold, `usage` where the store has no conditional writes.
   */
  write(path: string, content: Content, options?: WriteOptions): Promise<void>;
  /** As `list`, one by one and folder by folder: memory is that of the largest folder. */
  paths(prefix: string): AsyncIterable<string>;
  /** As `paths`, each with its size and version; a bucket is asked once per file, many at a time. */
  entries(prefix: string): AsyncIterable<StoredObject>;
  /** Copies, then removes: a kill between the two leaves both. `file:` renames. */
  move(from: string, to: string): Promise<void>;
  /**
   * A URL with which anyone can read or write that one file until it expires: S3, GCS with a service account's key, Azure
   * with the account's.
   *
   * @throws StoreError `usage` for `file:`, and where there is no key to sign with.
   */
  signedUrl(path: string, options: SignOptions): Promise<SignedRequest>;
}

export interface StoredObject {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** For `ifMatch`: another one after each write. */
  readonly version: string;
  readonly modified?: Date;
}

export interface ReadOptions {
  readonly range?: ByteRange;
  /** Ends a stream between two chunks. */
  readonly signal?: AbortSignal;
}

/** Bytes from `start` up to, not including, `end`; both may lie behind the file's end. */
export interface ByteRange {
  readonly start: number;
  readonly end?: number;
}

export type Content = string | Uint8Array | AsyncIterable<Uint8Array>;

export interface WriteOptions {
  /** Writes only where no file is. */
  readonly ifAbsent?: boolean;
  /** Writes only over this version. */
  readonly ifMatch?: string;
  /** Bytes per part of what goes up in parts, 16 MiB unless given; S3 takes 10 000 parts of at least 5 MiB. */
  readonly partSize?: number;
  /** Ends a write between two chunks; nothing appears. */
  readonly signal?: AbortSignal;
}

export interface SignOptions {
  readonly access: 'read' | 'write';
  /** Whole seconds, at most a week. */
  readonly expires: number;
}

/** What to send: `fetch(url, { method, headers, body })`. */
export interface SignedRequest {
  readonly method: 'GET' | 'PUT';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}
