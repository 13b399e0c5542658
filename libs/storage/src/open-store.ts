import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline as pump } from 'node:stream/promises';
import type { Backend, Condition } from './backend.ts';
import { inFolder } from './in-folder.ts';
import { INCOMING, placed } from './incoming.ts';
import { parseLocation } from './location.ts';
import type { Content, ReadOptions, SignOptions, Store, StoredObject, WriteOptions } from './object-store.ts';
import { explained, StoreError, storeError } from './store-error.ts';
import { walk } from './walk.ts';

const CHUNK = 1024 * 1024;
const PART = 16 * CHUNK;
/** S3's limit; Azure's is 50 000. */
const MOST_PARTS = 10_000;
/** Questions to a store at a time, and removals in one request. */
const AT_ONCE = 16;
const BATCH = 1000;
/** S3's and GCS's limit. */
const WEEK_SECONDS = 604_800;

/**
 * Opens a location in a store; OpenDAL is loaded only then, and not for a folder. Errors that pass are retried three times,
 * within seconds.
 *
 * @throws PlatformError `usage` for what isn't a location; each method a `StoreError`: `environment` where the store can't be
 * reached or refuses, `notFound` for a file that isn't there.
 */
export async function openStore(uri: string): Promise<Store> {
  const location = parseLocation(uri);
  const backend =
    location.scheme === 'fs'
      ? inFolder(location.options.root ?? '')
      : (await import('./in-bucket.ts')).inBucket(location);
  return storeOf(uri, backend);
}

function storeOf(uri: string, backend: Backend): Store {
  const told = <Result>(what: string, paths: readonly string[], work: () => Promise<Result>) =>
    explained(`${uri}: ${what}`, async () => {
      for (const path of paths) checkPath(path);
      return work();
    });
  const toldOf = <Item>(prefix: string, items: AsyncIterable<Item>) => retold(`${uri}: list ${prefix}`, prefix, items);
  const readStream = (path: string, options: ReadOptions = {}) =>
    Readable.from(read(backend, `${uri}: read ${path}`, path, options), { objectMode: false, highWaterMark: CHUNK });
  const readAll = (path: string, options?: ReadOptions) => buffer(readStream(path, options));
  return {
    list: (prefix) => told(`list ${prefix}`, [], () => list(backend, prefix)),
    download: (path, file) => told(`read ${path}`, [path], () => download(backend, path, file)),
    upload: (file, path) => told(`write ${path}`, [path], () => upload(backend, file, path)),
    copy: (from, to) => told(`copy ${from} to ${to}`, [from, to], () => across(backend, 'copy', from, to)),
    move: (from, to) => told(`move ${from} to ${to}`, [from, to], () => across(backend, 'move', from, to)),
    version: (path) => told(`look at ${path}`, [path], async () => (await found(backend, path)).version),
    stat: (path) => told(`look at ${path}`, [path], () => backend.stat(path)),
    remove: (prefix) => told(`remove ${prefix}`, [], () => remove(backend, prefix)),
    readStream,
    read: readAll,
    readText: async (path, options) => (await readAll(path, options)).toString(),
    write: (path, content, options = {}) => told(`write ${path}`, [path], () => write(backend, path, content, options)),
    paths: (prefix) => toldOf(prefix, walk(backend, prefix)),
    entries: (prefix) => toldOf(prefix, entries(backend, prefix)),
    signedUrl: (path, options) => told(`sign ${path}`, [path], () => sign(backend, path, options)),
  };
}

/** A path may come from a message or a file: it leads nowhere but below the location. */
function checkPath(path: string): void {
  const names = path.split('/');
  if (path !== '' && !path.endsWith('/') && !names.includes('..') && !names.some((name) => name.startsWith(INCOMING))) {
    return;
  }
  const rule = `expected a file's path without '..' and without a name that starts with '${INCOMING}'`;
  throw new StoreError(`'${path}' is no path here, ${rule}`, 'unsupported', {
    hint: 'name it as list does: folder/file',
  });
}

function checkPrefix(prefix: string): void {
  if (!prefix.split('/').includes('..')) return;
  throw new StoreError(`'${prefix}' is no prefix here`, 'unsupported', { hint: "expected one without '..'" });
}

async function list(backend: Backend, prefix: string): Promise<string[]> {
  checkPrefix(prefix);
  return (await backend.list(prefix)).sort();
}

async function* read(backend: Backend, what: string, path: string, { range, signal }: ReadOptions) {
  try {
    checkPath(path);
    const { start, end = Number.POSITIVE_INFINITY } = range ?? { start: 0 };
    if (!(start >= 0 && end >= start)) {
      throw new StoreError(`no range of bytes: ${start} to ${end}`, 'unsupported', {
        hint: 'expected 0 <= start <= end',
      });
    }
    if (start === end) return;
    for await (const chunk of backend.read(path, { start, end })) {
      signal?.throwIfAborted();
      yield chunk;
    }
  } catch (thrown) {
    throw storeError(what, thrown);
  }
}

async function* retold<Item>(what: string, prefix: string, items: AsyncIterable<Item>): AsyncIterable<Item> {
  try {
    checkPrefix(prefix);
    yield* items;
  } catch (thrown) {
    throw storeError(what, thrown);
  }
}

async function download(backend: Backend, path: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const content = backend.read(path, { start: 0 });
  await placed(file, (incoming) => pump(content, createWriteStream(incoming)), rename);
}

async function upload(backend: Backend, file: string, path: string): Promise<void> {
  const about = await stat(file);
  if (about.isDirectory()) {
    for (const name of (await readdir(file)).sort()) await upload(backend, join(file, name), `${path}/${name}`);
    return;
  }
  const partSize = Math.max(PART, Math.ceil(about.size / MOST_PARTS));
  await backend.write(path, chunksOf(file), partSize);
}

async function* chunksOf(file: string): AsyncIterable<Uint8Array> {
  yield* createReadStream(file, { highWaterMark: CHUNK });
}

async function write(backend: Backend, path: string, content: Content, options: WriteOptions): Promise<void> {
  const { partSize = PART, signal } = options;
  // A stream that breaks before it is read tells so again when it is.
  if (content instanceof Readable) content.once('error', () => undefined);
  const chunks = until(signal, content);
  const condition = conditionOf(options);
  if (condition === undefined) return backend.write(path, chunks, partSize);
  if (backend.writeIf === undefined) throw new StoreError('this store has no conditional writes here', 'unsupported');
  if (await backend.writeIf(path, chunks, condition)) return;
  const what = 'ifAbsent' in condition ? 'there is a file already' : `it is not at version ${condition.ifMatch}`;
  throw new StoreError(what, 'changed');
}

function conditionOf({ ifAbsent, ifMatch }: WriteOptions): Condition | undefined {
  if (ifAbsent && ifMatch !== undefined)
    throw new StoreError('ifAbsent and ifMatch exclude each other', 'unsupported', { hint: 'give one of them' });
  if (ifAbsent) return { ifAbsent };
  return ifMatch === undefined ? undefined : { ifMatch };
}

async function* until(signal: AbortSignal | undefined, content: Content): AsyncIterable<Uint8Array> {
  signal?.throwIfAborted();
  if (typeof content === 'string') yield Buffer.from(content);
  else if (content instanceof Uint8Array) yield content;
  else {
    for await (const chunk of content) {
      signal?.throwIfAborted();
      yield chunk;
    }
  }
  signal?.throwIfAborted();
}

/** Onto itself, S3 refuses to copy, and a move would end with its removal. */
async function across(backend: Backend, how: 'copy' | 'move', from: string, to: string): Promise<void> {
  if (from === to) await found(backend, from);
  else await backend[how](from, to);
}

async function found(backend: Backend, path: string): Promise<StoredObject> {
  const object = await backend.stat(path);
  if (object === undefined) throw new StoreError('no such file', 'missing');
  return object;
}

/** What is removed meanwhile is left out. */
async function* entries(backend: Backend, prefix: string): AsyncIterable<StoredObject> {
  for await (const paths of batches(walk(backend, prefix), AT_ONCE)) {
    const objects = await Promise.all(paths.map((path) => backend.stat(path)));
    yield* objects.filter((object) => object !== undefined);
  }
}

async function remove(backend: Backend, prefix: string): Promise<void> {
  const paths = await list(backend, prefix);
  for (let start = 0; start < paths.length; start += BATCH) await backend.remove(paths.slice(start, start + BATCH));
}

async function* batches<Item>(items: AsyncIterable<Item>, size: number): AsyncIterable<Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

async function sign(backend: Backend, path: string, options: SignOptions) {
  if (backend.sign === undefined) {
    const hint = 'open a bucket for it, or hand on the file itself';
    throw new StoreError('a folder of this machine has no signed URLs', 'unsupported', { hint });
  }
  const { expires } = options;
  if (Number.isInteger(expires) && expires > 0 && expires <= WEEK_SECONDS) return backend.sign(path, options);
  const hint = `expected whole seconds, 1 to ${WEEK_SECONDS}`;
  throw new StoreError(`a signed URL can't expire after ${expires} s`, 'unsupported', { hint });
}
