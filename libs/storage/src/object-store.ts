import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline as pump } from 'node:stream/promises';
import { messageOf, PlatformError } from '@ml-platform/errors';
import type { Operator } from 'opendal';
import { parseLocation } from './location.ts';

/** Files under a location, by their path below it, with `/`. */
export interface ObjectStore {
  /** Paths of all files whose path starts with `prefix`, sorted. */
  list(prefix: string): Promise<string[]>;
  /** Copies a file to this machine. */
  download(path: string, file: string): Promise<void>;
  /** Copies a file, or a folder with all that is in it, to the store. */
  upload(file: string, path: string): Promise<void>;
  /** Copies a file within the store, which moves no byte through this machine. */
  copy(from: string, to: string): Promise<void>;
  /** What changes when a file does: its size and the store's own mark of its content. */
  version(path: string): Promise<string>;
  /** Removes all files whose path starts with `prefix`; none is no error. */
  remove(prefix: string): Promise<void>;
}

/**
 * Opens a location in a store; OpenDAL is loaded only then.
 *
 * @throws PlatformError `usage` for what isn't a location; each method `environment` where the store can't be reached or
 * refuses, `notFound` for a file that isn't there.
 */
export async function openStore(uri: string): Promise<ObjectStore> {
  const { scheme, options } = parseLocation(uri);
  const { Operator } = (await import('opendal')).default;
  const operator = new Operator(scheme, { ...options });
  const told = <Result>(what: string, work: () => Promise<Result>) => explained(`${uri}: ${what}`, work);
  return {
    list: (prefix) => told(`list ${prefix}`, () => list(operator, prefix)),
    download: (path, file) => told(`read ${path}`, () => download(operator, path, file)),
    upload: (file, path) => told(`write ${path}`, () => upload(operator, file, path)),
    copy: (from, to) => told(`copy ${from} to ${to}`, () => operator.copy(from, to)),
    version: (path) => told(`look at ${path}`, () => version(operator, path)),
    remove: (prefix) => told(`remove ${prefix}`, () => remove(operator, prefix)),
  };
}

async function list(operator: Operator, prefix: string): Promise<string[]> {
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1) || '/';
  const entries = await operator.list(folder, { recursive: true });
  const paths = entries.map((entry) => entry.path()).filter((path) => path.startsWith(prefix) && !path.endsWith('/'));
  return paths.sort();
}

async function download(operator: Operator, path: string, file: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  const reader = await operator.reader(path);
  await pump(reader.createReadStream(), createWriteStream(file));
}

async function upload(operator: Operator, file: string, path: string): Promise<void> {
  if ((await stat(file)).isDirectory()) {
    for (const name of (await readdir(file)).sort()) await upload(operator, join(file, name), `${path}/${name}`);
    return;
  }
  const writer = await operator.writer(path);
  await pump(createReadStream(file), writer.createWriteStream());
}

async function version(operator: Operator, path: string): Promise<string> {
  const { contentLength, etag, lastModified } = await operator.stat(path);
  return `${contentLength} ${etag ?? lastModified}`;
}

async function remove(operator: Operator, prefix: string): Promise<void> {
  for (const path of await list(operator, prefix)) await operator.delete(path);
}

async function explained<Result>(what: string, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (cause) {
    const said = messageOf(cause).split('\n')[0] ?? '';
    const isMissing = /NotFound|ENOENT/.test(said);
    throw new PlatformError(`${what}: ${said}`, {
      code: isMissing ? 'notFound' : 'environment',
      hint: isMissing ? 'look what is there' : 'check the network, the credentials and the name',
      cause,
    });
  }
}
