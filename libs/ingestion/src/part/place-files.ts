import { createReadStream } from 'node:fs';
import { PlatformError } from '@ml-platform/errors';
import { StoreError, type WriteOptions } from '@ml-platform/storage';
import type { Dataset } from '../lake/dataset.ts';
import type { MadeFile } from './part-files.ts';
import { partName } from './part-name.ts';

/** Requests to a store at a time. */
const AT_ONCE = 8;

export interface PlaceOptions {
  readonly dataset: Dataset;
  readonly start: string;
  readonly lane: string;
  readonly guard: (() => Promise<void>) | undefined;
}

/**
 * Puts a part's files where they belong, and takes away what the same start wrote before and doesn't any more.
 *
 * What is there is looked at first, then the guard is asked, and then each file is written on the condition that nothing has
 * changed since: a process that lost its right meanwhile, even one that stood still, writes over nothing.
 */
export async function placeFiles(files: readonly MadeFile[], options: PlaceOptions): Promise<void> {
  const { dataset, start, lane, guard } = options;
  const { store } = dataset;
  const isPartitioned = Object.keys(dataset.partitions).length > 0;
  const noted = `${dataset.zone}/_parts/${dataset.name}/${partName(lane).replace(/^part-/, '')}.json`;
  const paths = files.map(({ path }) => path);
  const before = isPartitioned
    ? await pathsOf(dataset, noted, start)
    : [`${dataset.folder}/${partName(start)}.parquet`];
  const stale = [...before, `${dataset.quarantineFolder}/${partName(start)}.parquet`].filter(
    (path) => !paths.includes(path),
  );
  const conditions = await atOnce(files, async ({ path }) => conditionOf(await store.stat(path)));
  await guard?.();
  if (isPartitioned) await store.write(noted, JSON.stringify({ start, files: [...new Set([...before, ...paths])] }));
  await atOnce(files, (file, index) => place(dataset, file, conditions[index] ?? {}));
  await atOnce(stale, (path) => store.remove(path));
}

/** Partitions are known to nobody else: a list of all files would be as long as the dataset is large. */
async function pathsOf({ store }: Dataset, noted: string, start: string): Promise<string[]> {
  if ((await store.stat(noted)) === undefined) return [];
  const note = JSON.parse(await store.readText(noted)) as { start: string; files: string[] };
  return note.start === start ? note.files : [];
}

function conditionOf(found: { readonly version: string } | undefined): WriteOptions {
  return found === undefined ? { ifAbsent: true } : { ifMatch: found.version };
}

async function place({ store, uri }: Dataset, { local, path }: MadeFile, condition: WriteOptions): Promise<void> {
  try {
    await store.write(path, createReadStream(local), condition);
  } catch (thrown) {
    if (!(thrown instanceof StoreError)) throw thrown;
    // Google's storage has no conditional writes here: there the guard alone stands between two runs.
    if (thrown.reason === 'unsupported') return store.upload(local, path);
    if (thrown.reason !== 'changed') throw thrown;
    throw new PlatformError(`${uri}: another process writes ${path} too`, {
      code: 'busy',
      hint: 'nothing is lost: let one of the two run at a time',
      cause: thrown,
    });
  }
}

async function atOnce<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const some = items.slice(start, start + AT_ONCE);
    results.push(...(await Promise.all(some.map((item, index) => work(item, start + index)))));
  }
  return results;
}
