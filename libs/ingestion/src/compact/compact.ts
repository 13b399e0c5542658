import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { explained, firstLine } from '../failures/explain.ts';
import type { Dataset } from '../lake/dataset.ts';
import { localFiles } from '../lake/local-files.ts';
import { holdPosition } from '../position/hold-position.ts';
import { openSession, rowsOf, type Session, type SessionOptions } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import { bindTable } from '../table/bind-table.ts';
import type { Table } from '../table/define-table.ts';
import { latestSql } from './latest-rows.ts';

export interface CompactOptions extends SessionOptions {
  readonly from: Dataset;
  readonly to: Dataset;
  readonly table: Table;
  /** SQL of which latest rows are kept: `NOT deleted`. All unless given. */
  readonly keep?: string;
  readonly signal?: AbortSignal;
}

export interface Compacted {
  readonly rows: number;
  /** Rows of `from` that aren't the latest of their key, or that `keep` leaves out. */
  readonly dropped: number;
  readonly files: readonly string[];
  /** Whether nothing has changed since the last time, and nothing was written. */
  readonly unchanged: boolean;
}

const FILE_BYTES = '256MB';

const generation = z.object({
  /** A mark of all that it was made of. */
  inputs: z.string(),
  number: z.number(),
  files: z.array(z.string()),
  rows: z.number(),
  dropped: z.number(),
});

/**
 * Writes the latest row per key of one dataset as another: raw states become a curated table. Files are in the order of the
 * key, and equal rows make equal files. A new generation is written beside the one before, which then goes; `currentFiles`
 * and `readRows` never see both.
 *
 * It may be larger than memory: what doesn't fit goes to the scratch folder.
 *
 * @throws PlatformError `config` for a table without a key, or a `keep` that is no SQL; `busy` where another one is at work.
 */
export async function compact(options: CompactOptions): Promise<Compacted> {
  const { from, to, table, signal } = options;
  return explained(`${from.uri} to ${to.uri}`, async () => {
    await using session = await openSession(options);
    await bindTable(
      session,
      { ...table, checks: options.keep === undefined ? {} : { keep: options.keep } },
      to.partitions,
    );
    const source = `latest rows of ${from.folder}`;
    await using held = await holdPosition(to, { source, ...(signal && { signal }) });
    const paths = await from.files();
    const inputs = await markOf(options, paths);
    const before = generation.safeParse(held.position).data;
    if (before?.inputs === inputs) return { ...told(before), unchanged: true };
    const number = (before?.number ?? 0) + 1;
    const made = paths.length === 0 ? NOTHING : await makeFiles(session, options, paths);
    signal?.throwIfAborted();
    const files = made.files.map(
      ({ path }) => `${to.folder}/${path.replace(/[^/]*$/, (name) => nameOf(number, name))}`,
    );
    await held.check();
    for (const [index, { local }] of made.files.entries()) {
      await to.store.write(files[index] ?? '', createReadStream(local), { ...(signal && { signal }) });
    }
    const now = { inputs, number, files, rows: made.rows, dropped: made.dropped };
    await held.commit(now, 0n);
    for (const path of await to.files()) if (!files.includes(path)) await to.store.remove(path);
    return { ...told(now), unchanged: false };
  });
}

const NOTHING = { files: [], rows: 0, dropped: 0 };

function told({ rows, dropped, files }: z.infer<typeof generation>) {
  return { rows, dropped, files };
}

/** `data_0.parquet` of the second generation is `part-000002.0.parquet`. */
function nameOf(number: number, name: string): string {
  const [, index = '0'] = /data_(\d+)\.parquet$/.exec(name) ?? [];
  return `part-${String(number).padStart(6, '0')}.${index}.parquet`;
}

/** Of the files that are read, and of how they are. */
async function markOf({ from, to, table, keep }: CompactOptions, paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256').update(JSON.stringify([table, to.partitions, from.partitions, keep]));
  for await (const { path, size, version } of from.store.entries(`${from.folder}/`)) {
    if (paths.includes(path)) hash.update(JSON.stringify([path, size, version]));
  }
  return hash.digest('hex');
}

async function makeFiles(session: Session, options: CompactOptions, paths: readonly string[]) {
  const { database, folder } = session;
  const { from } = options;
  const files = await localFiles(from, paths, join(folder, 'fetched'));
  const into = join(folder, 'compacted');
  try {
    const [counted] = await rowsOf<{ all: bigint }>(
      database,
      `SELECT sum(num_rows)::BIGINT AS "all" FROM parquet_file_metadata([${files.map(quoted).join(', ')}])`,
    );
    const [written] = await rowsOf<{ Count: bigint }>(database, await copySql(session, options, files, into));
    const rows = Number(written?.Count ?? 0);
    const made =
      rows === 0 ? [] : (await readdir(into, { recursive: true })).filter((file) => file.endsWith('.parquet'));
    return {
      files: made.sort().map((file) => ({ local: join(into, file), path: file.split(sep).join('/') })),
      rows,
      dropped: Number(counted?.all ?? 0) - rows,
    };
  } catch (thrown) {
    throw damaged(from, thrown);
  }
}

async function copySql(
  session: Session,
  { from, to, table, keep }: CompactOptions,
  files: readonly string[],
  into: string,
): Promise<string> {
  const latest = await latestSql(session, from, table, files);
  const partitions = Object.entries(to.partitions);
  const derived = partitions.filter(([name]) => table.columns[name] === undefined);
  const columns = ['*', ...derived.map(([name, sql]) => `TRY((${sql})) AS ${named(name)}`)].join(', ');
  const kept = keep === undefined ? '' : ` WHERE ${keep}`;
  const query = `SELECT ${columns} FROM (${latest})${kept} ORDER BY ${table.key.map(named).join(', ')}`;
  const by = partitions.map(([name]) => named(name)).join(', ');
  const how = partitions.length === 0 ? `FILE_SIZE_BYTES '${FILE_BYTES}'` : `PARTITION_BY (${by})`;
  return `COPY (${query}) TO ${quoted(into)} (FORMAT parquet, COMPRESSION zstd, ${how})`;
}

function damaged({ uri }: Dataset, thrown: unknown): unknown {
  const said = messageOf(thrown);
  if (!/parquet|magic|Snappy|ZSTD|TProtocol/i.test(said)) return thrown;
  return new PlatformError(`${uri} has a file that can't be read: ${firstLine(said)}`, {
    code: 'data',
    hint: 'remove that file and read its source anew, or restore it from a copy',
    cause: thrown,
  });
}
