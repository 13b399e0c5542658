import { globSync, statSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { isLocation, openStore } from '@ml-platform/storage';

export type Format = 'parquet' | 'csv' | 'json';

export interface PredictionFiles {
  readonly format: Format;
  /** Absolute paths. */
  readonly files: readonly string[];
}

const FORMATS: readonly (readonly [RegExp, Format])[] = [
  [/\.parquet$/, 'parquet'],
  [/\.csv(\.gz)?$/, 'csv'],
  [/\.(jsonl|ndjson|json)(\.gz)?$/, 'json'],
];
const AT_ONCE = 16;

/**
 * Lends files of predictions; those in a store are copied to this machine for as long as `work` takes. Files in a folder
 * that is named by a day before `since` are left out unread.
 *
 * @throws PlatformError `notFound` where there are none, `data` where they are of several formats; a `StoreError`.
 */
export async function withPredictionFiles<Result>(
  where: string,
  since: Date | undefined,
  work: (found: PredictionFiles) => Promise<Result>,
): Promise<Result> {
  if (!isLocation(where)) return work(checked(where, localFiles(where), since));
  const folder = await mkdtemp(join(tmpdir(), 'predictions-'));
  try {
    const store = await openStore(where);
    const { format, files } = checked(where, await store.list(''), since);
    for (let at = 0; at < files.length; at += AT_ONCE) {
      await Promise.all(
        files.slice(at, at + AT_ONCE).map(async (file) => {
          await mkdir(dirname(join(folder, file)), { recursive: true });
          await store.download(file, join(folder, file));
        }),
      );
    }
    return await work({ format, files: files.map((file) => join(folder, file)) });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function localFiles(where: string): string[] {
  const isFolder = statSync(where, { throwIfNoEntry: false })?.isDirectory();
  const found = globSync(isFolder ? join(where, '**') : where);
  return found.map((file) => resolve(file)).filter((file) => statSync(file).isFile());
}

function checked(where: string, all: readonly string[], since: Date | undefined): PredictionFiles {
  const found = all.flatMap((file) => {
    const format = FORMATS.find(([ending]) => ending.test(basename(file)))?.[1];
    return format === undefined ? [] : [{ file, format }];
  });
  const [first] = found;
  if (first === undefined) {
    throw new PlatformError(`there are no predictions in ${where}, expected files of Parquet, CSV or JSON Lines`, {
      code: 'notFound',
      hint: 'start the model server with --log-predictions, and name the same place here',
    });
  }
  const other = found.find(({ format }) => format !== first.format);
  if (other !== undefined) {
    throw new PlatformError(`${where} has files of several formats: ${basename(first.file)}, ${basename(other.file)}`, {
      code: 'data',
      hint: "name those of one format by a pattern: 'predictions/**/*.jsonl'",
    });
  }
  const files = found.map(({ file }) => file).sort();
  return { format: first.format, files: files.filter((file) => !isBefore(file, since)) };
}

function isBefore(file: string, since: Date | undefined): boolean {
  const day = dayOf(file);
  return since !== undefined && day !== undefined && day < since.toISOString().slice(0, 10);
}

/** `…/2026-05-01/…`, and `…/day=2026-05-01/…` as Spark names it. */
function dayOf(file: string): string | undefined {
  return /[/\\](?:\w+=)?(\d{4}-\d\d-\d\d)[/\\]/.exec(`/${file}`)?.[1];
}
