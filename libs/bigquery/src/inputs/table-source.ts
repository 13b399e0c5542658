import { readdirSync, statSync } from 'node:fs';
import { extname, join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';

/** As BigQuery calls them. */
export type SourceFormat = 'PARQUET' | 'CSV' | 'NEWLINE_DELIMITED_JSON';

/** What a table is made of. */
export interface TableSource {
  readonly table: string;
  readonly format: SourceFormat;
  /** In Cloud Storage. */
  readonly uris: readonly string[];
  /** On this machine. */
  readonly files: readonly string[];
}

const FORMATS: Readonly<Record<string, SourceFormat>> = {
  '.parquet': 'PARQUET',
  '.csv': 'CSV',
  '.json': 'NEWLINE_DELIMITED_JSON',
  '.jsonl': 'NEWLINE_DELIMITED_JSON',
  '.ndjson': 'NEWLINE_DELIMITED_JSON',
};

/**
 * Tells what to make a table of: of one path or several, files or folders of files, here or in Cloud Storage.
 *
 * @throws PlatformError `config` for what is no table, for several formats, or for both kinds of places.
 */
export function tableSource(table: string, paths: readonly string[]): TableSource {
  const all = paths.flatMap(filesAt);
  const uris = all.filter((path) => path.startsWith('gs://'));
  const files = all.filter((path) => !path.startsWith('gs://'));
  const formats = new Set(all.map((path) => FORMATS[extname(path).toLowerCase()]));
  const [format, ...others] = formats;
  if (format === undefined || others.includes(undefined)) throw noTable(table, all);
  if (others.length > 0) throw mixed(table, [...formats].join(' and '));
  if (uris.length > 0 && files.length > 0) throw mixed(table, 'files on this machine and in Cloud Storage');
  return { table, format, uris, files };
}

/** All tables of a step, by input and by the option `tables`. */
export function tableSources(
  inputs: Readonly<Record<string, string | readonly string[]>>,
  tables: Readonly<Record<string, string | readonly string[]>> = {},
): TableSource[] {
  const twice = Object.keys(tables).find((name) => name in inputs);
  if (twice !== undefined) {
    throw new PlatformError(`the table '${twice}' is an input of the step and one of its tables, too`, {
      code: 'config',
      hint: 'give one of them another name',
    });
  }
  const elsewhere = Object.values(tables)
    .flat()
    .find((path) => !path.startsWith('gs://'));
  if (elsewhere !== undefined) {
    throw new PlatformError(`tables names '${elsewhere}', expected a place in Cloud Storage`, {
      code: 'config',
      hint: "as in { tables: { visits: 'gs://acme-lake/visits/*.parquet' } }; a file is an input of the step",
    });
  }
  return Object.entries({ ...inputs, ...tables }).map(([name, paths]) => tableSource(name, [paths].flat()));
}

function filesAt(path: string): string[] {
  if (path.startsWith('gs://') || !statSync(path, { throwIfNoEntry: false })?.isDirectory()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function noTable(table: string, paths: readonly string[]): PlatformError {
  const odd = paths.find((path) => FORMATS[extname(path).toLowerCase()] === undefined);
  return new PlatformError(`input '${table}' is ${odd ?? 'an empty folder'}, of which no table can be made`, {
    code: 'config',
    hint: `a table is made of ${Object.keys(FORMATS).join(', ')}, or of a folder of one of these`,
  });
}

function mixed(table: string, what: string): PlatformError {
  return new PlatformError(`input '${table}' is made of ${what}, and a table is made of one kind`, {
    code: 'config',
    hint: 'make a table of each, and UNION ALL of them in the query',
  });
}
