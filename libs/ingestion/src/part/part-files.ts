import { readdir } from 'node:fs/promises';
import { join, sep } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { Dataset } from '../lake/dataset.ts';
import { rowsOf, type Session } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import { scalarOf } from '../table/column-type.ts';
import type { Table } from '../table/define-table.ts';
import type { Origin } from './convert.ts';
import type { Tally } from './drift.ts';

/** A file that is whole on this machine, and where in the lake it belongs. */
export interface MadeFile {
  readonly local: string;
  readonly path: string;
}

/** More folders than this for one part were not meant. */
const MOST_PARTITIONS = 10_000;

export interface PartFilesOptions {
  readonly dataset: Dataset;
  readonly table: Table;
  readonly origin: Origin;
  readonly labels: Readonly<Record<string, string>>;
  readonly sequence: bigint | undefined;
  readonly tally: Tally;
  /** Of its files, without an ending. */
  readonly name: string;
}

/** Writes the rows in the table `part` as Parquet on this machine: the good ones by partition, the refused ones in one file. */
export async function partFiles(session: Session, options: PartFilesOptions): Promise<MadeFile[]> {
  const { tally } = options;
  const good = tally.rows === 0 ? [] : await goodFiles(session, options);
  return tally.quarantined === 0 ? good : [...good, await quarantineFile(session, options)];
}

async function goodFiles({ database, folder }: Session, options: PartFilesOptions): Promise<MadeFile[]> {
  const { dataset, table, origin, labels, sequence, name } = options;
  const columns = Object.entries(table.columns).map(
    ([column, type]) => `${named(column)}::${scalarOf(type)} AS ${named(column)}`,
  );
  const carried = [...Object.keys(origin).map(named), ...labelled(labels)];
  const counted = sequence === undefined ? [] : [`${sequence}::BIGINT + rowid AS _sequence`];
  const partitions = Object.entries(dataset.partitions);
  const derived = partitions.filter(([partition]) => table.columns[partition] === undefined);
  const select = [
    ...columns,
    ...carried,
    ...counted,
    ...derived.map(([partition, sql]) => `TRY((${sql})) AS ${named(partition)}`),
  ];
  const query = `SELECT ${select.join(', ')} FROM part WHERE _problem IS NULL ORDER BY rowid`;
  if (partitions.length === 0) {
    const local = join(folder, 'good.parquet');
    await database.run(`COPY (${query}) TO ${quoted(local)} (FORMAT parquet, COMPRESSION zstd)`);
    return [{ local, path: `${dataset.folder}/${name}.parquet` }];
  }
  const into = join(folder, 'good');
  const by = partitions.map(([partition]) => named(partition)).join(', ');
  await checkPartitions({ database }, `SELECT DISTINCT ${by} FROM (${query})`, dataset);
  await database.run(`COPY (${query}) TO ${quoted(into)} (FORMAT parquet, COMPRESSION zstd, PARTITION_BY (${by}))`);
  const files = (await readdir(into, { recursive: true })).filter((file) => file.endsWith('.parquet')).sort();
  return files.map((file) => {
    const path = file
      .split(sep)
      .join('/')
      .replace(/data_(\d+)\.parquet$/, (_, index) => `${name}${index === '0' ? '' : `_${index}`}.parquet`);
    return { local: join(into, file), path: `${dataset.folder}/${path}` };
  });
}

async function checkPartitions(
  { database }: Pick<Session, 'database'>,
  distinct: string,
  dataset: Dataset,
): Promise<void> {
  const [found] = await rowsOf<{ count: bigint }>(database, `SELECT count(*) AS count FROM (${distinct})`);
  if (Number(found?.count ?? 0) <= MOST_PARTITIONS) return;
  const by = Object.keys(dataset.partitions).join(', ');
  throw new PlatformError(
    `${dataset.uri}: ${found?.count} partitions by ${by} in one part, at most ${MOST_PARTITIONS} are written`,
    {
      code: 'config',
      hint: 'partition by something coarser, such as a day or a month',
    },
  );
}

async function quarantineFile({ database, folder }: Session, options: PartFilesOptions): Promise<MadeFile> {
  const { dataset, origin, labels, name } = options;
  const columns = [
    '_problem AS reason',
    '_columns AS columns',
    '_raw AS raw',
    ...Object.keys(origin).map(named),
    ...labelled(labels),
  ];
  const local = join(folder, 'refused.parquet');
  const query = `SELECT ${columns.join(', ')} FROM part WHERE _problem IS NOT NULL ORDER BY rowid`;
  await database.run(`COPY (${query}) TO ${quoted(local)} (FORMAT parquet, COMPRESSION zstd)`);
  return { local, path: `${dataset.quarantineFolder}/${name}.parquet` };
}

function labelled(labels: Readonly<Record<string, string>>): string[] {
  return Object.entries(labels).map(([name, text]) => `${quoted(text)} AS ${named(name)}`);
}
