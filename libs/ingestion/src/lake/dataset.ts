import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import type { Store } from '@ml-platform/storage';
import type { Zone } from './zone.ts';

export interface DatasetOptions {
  /** Columns of the table, or SQL over them by name: `['country']`, `{ day: 'changed::DATE' }`. */
  readonly partitionBy?: readonly string[] | Readonly<Record<string, string>>;
}

/**
 * Parquet files of one table: `<zone>/<name>/<partition>=<value>/part-<start>.parquet`; what was refused is in
 * `<zone>/_quarantine/<name>/`, and where the source was left off in `<zone>/_positions/<name>.json`.
 */
export interface Dataset {
  readonly zone: Zone;
  readonly name: string;
  /** For messages. */
  readonly uri: string;
  /** SQL over the table's columns, by the partition's name. */
  readonly partitions: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly quarantineFolder: string;
  readonly positionPath: string;
  /** Of the whole lake. */
  readonly store: Store;
  /** Paths of its files in the store, sorted. */
  files(): Promise<string[]>;
  /** The same of what was refused. */
  quarantined(): Promise<string[]>;
  /** A file's path on this machine, where the lake is a folder. */
  local(path: string): string | undefined;
}

interface Place {
  readonly store: Store;
  readonly location: string;
  readonly root: string | undefined;
}

export function datasetOf(
  { store, location, root }: Place,
  zone: Zone,
  name: string,
  options: DatasetOptions,
): Dataset {
  const folder = `${zone}/${name}`;
  const quarantineFolder = `${zone}/_quarantine/${name}`;
  const parquet = async (prefix: string) =>
    (await store.list(`${prefix}/`)).filter((path) => path.endsWith('.parquet'));
  return {
    zone,
    name,
    uri: `${location.replace(/\/+$/, '')}/${folder}`,
    partitions: partitionsOf(options.partitionBy ?? []),
    folder,
    quarantineFolder,
    positionPath: `${zone}/_positions/${name}.json`,
    store,
    files: () => parquet(folder),
    quarantined: () => parquet(quarantineFolder),
    local: (path) => (root === undefined ? undefined : join(root, path)),
  };
}

function partitionsOf(partitionBy: NonNullable<DatasetOptions['partitionBy']>): Readonly<Record<string, string>> {
  const isNames = (given: typeof partitionBy): given is readonly string[] => Array.isArray(given);
  const byName = isNames(partitionBy)
    ? Object.fromEntries(partitionBy.map((name) => [name, `"${name.replaceAll('"', '""')}"`]))
    : partitionBy;
  for (const name of Object.keys(byName)) {
    if (/^[A-Za-z]\w*$/.test(name)) continue;
    throw new PlatformError(`'${name}' can't be a partition's name`, {
      code: 'config',
      hint: 'expected letters, digits and _, as it is part of a path: { day: "changed::DATE" }',
    });
  }
  return byName;
}
