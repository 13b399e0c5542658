import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { Format } from '../../part/rows.ts';
import type { ReadRequest, Source, SourceEnd, SourcePart } from '../../source.ts';
import { positionOf } from '../snapshot-parts.ts';
import { type FoundFile, findFiles } from './find-files.ts';

export interface FilesSourceOptions {
  /** Files or patterns, of this machine or in a store: `data/*.csv.gz`, `s3://bucket/orders/*.parquet`. */
  readonly files: string | readonly string[];
  /** The folder that relative patterns begin in; the current one unless given. */
  readonly from?: string;
  /** Of all of them; by their endings unless given. */
  readonly format?: Format;
  /** Of CSV; found by the header unless given. */
  readonly delimiter?: string;
  /** Files that were changed less than so many milliseconds ago may not be whole yet: they are left for the next run. */
  readonly olderThanMilliseconds?: number;
  /** What a position is one of; `files` unless given. */
  readonly name?: string;
}

const ENDINGS: Readonly<Record<string, Format>> = {
  csv: 'csv',
  tsv: 'csv',
  json: 'json',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
};

const read = z.object({
  /** A mark of the content of each file that was read, by name. */
  files: z.record(z.string(), z.string()),
});

/**
 * Rows of files: CSV with a header, JSON (an array, or an object per line) and Parquet; texts in UTF-8, packed by gzip or
 * Zstandard or not. Each file is one part, and a file that has changed is read anew, in place of what it was. Rows of a file
 * that is gone stay. The column `_file` says where a row is from.
 *
 * @example
 * ```ts
 * filesSource({ files: ['data/orders/*.csv', 's3://shop/orders/*.csv.gz'] });
 * ```
 *
 * @throws PlatformError `usage` without files.
 */
export function filesSource(options: FilesSourceOptions): Source {
  const patterns = typeof options.files === 'string' ? [options.files] : options.files;
  if (patterns.length === 0) {
    throw new PlatformError('there are no files to read', { code: 'usage', hint: "expected files: 'data/*.csv'" });
  }
  // Each file is known by itself: other patterns may come and go.
  const name = options.name ?? 'files';
  return { name, read: (request) => readFiles(patterns, { ...options, name }, request) };
}

async function* readFiles(
  patterns: readonly string[],
  options: FilesSourceOptions & { readonly name: string },
  { position, folder, signal, tell }: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const known: Record<string, string> = { ...positionOf(read, position, options.name)?.files };
  const next = () => ({ files: { ...known } });
  const found = await newFiles(patterns, known, options);
  if (found.length > 0) tell(`files to read: ${found.length}`);
  for (const file of found) {
    signal.throwIfAborted();
    const format = options.format ?? formatOf(file.name);
    const { local, fetched } = await onThisMachine(file, folder);
    const delimiter = options.delimiter ?? (/\.tsv(\.\w+)?$/.test(file.name) ? '\t' : undefined);
    try {
      yield {
        start: file.name,
        lane: file.name,
        labels: { _file: file.name },
        rows: { file: local, format, ...(delimiter !== undefined && { delimiter }) },
        isRepeatable: true,
        next: () => {
          known[file.name] = markOf(file);
          return next();
        },
      };
    } finally {
      if (fetched) await rm(local, { force: true });
    }
  }
  yield { next };
}

/** In the order in which they were changed: of two rows with one key, the later file's is newer. */
async function newFiles(
  patterns: readonly string[],
  known: Readonly<Record<string, string>>,
  { from, olderThanMilliseconds = 0 }: FilesSourceOptions,
): Promise<FoundFile[]> {
  const found = new Map<string, FoundFile>();
  const latest = Date.now() - olderThanMilliseconds;
  for (const pattern of patterns) {
    for await (const file of findFiles(pattern, from)) {
      const isNew = known[file.name] !== markOf(file);
      const isSettled = olderThanMilliseconds === 0 || timeOf(file) <= latest;
      if (isNew && isSettled) found.set(file.name, file);
    }
  }
  return [...found.values()].sort((one, other) => timeOf(one) - timeOf(other) || (one.name < other.name ? -1 : 1));
}

function timeOf({ object }: FoundFile): number {
  return object.modified?.getTime() ?? 0;
}

function markOf({ object }: FoundFile): string {
  return createHash('sha256').update(`${object.size} ${object.version}`).digest('hex').slice(0, 16);
}

function formatOf(name: string): Format {
  const [, ending = ''] = /\.([a-z]+)(?:\.(?:gz|zst))?$/i.exec(name) ?? [];
  const format = ENDINGS[ending.toLowerCase()];
  if (format !== undefined) return format;
  throw new PlatformError(`${name}: its ending says nothing about its format`, {
    code: 'usage',
    hint: `name it: format: 'csv', or leave the file out; known are ${Object.keys(ENDINGS).join(', ')}, and these with .gz or .zst`,
  });
}

async function onThisMachine({ local, store, object }: FoundFile, folder: string) {
  if (local !== undefined) return { local, fetched: false };
  const file = join(folder, `fetched-${basename(object.path)}`);
  await store.download(object.path, file);
  return { local: file, fetched: true };
}
