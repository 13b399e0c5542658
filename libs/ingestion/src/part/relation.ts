import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rowsOf, type Session } from '../session/session.ts';
import { named, quoted } from '../session/sql-text.ts';
import type { Columns, ScalarType } from '../table/column-type.ts';
import { scalarOf } from '../table/column-type.ts';
import type { RowsFile } from './rows.ts';
import { headerOf } from './text-file.ts';

/** Rows of a file as a relation of DuckDB's, called `source`. */
export interface Relation {
  /** To select from. */
  readonly from: string;
  /** A column's value; nothing, where there is none of that name. */
  column(name: string): SourceColumn | undefined;
  /** SQL of the whole row as it came, as text. */
  readonly raw: string;
  /** SQL of why a row can't be read at all; null for one that can. */
  readonly problem: string;
  /** Names of columns that are in the file; of lines of JSON, in the first of them. */
  names(): Promise<string[]>;
  /** SQL of the rows that DuckDB's reader refused, as `problem` and `raw`; there once the others were read. */
  readonly rejects?: string;
}

export interface SourceColumn {
  readonly sql: string;
  /** DuckDB's type, or `JSON` for a text that is written as JSON. */
  readonly type: string;
}

/** A file, or rows that were put into one here, with what was wrong with them in fields of their own. */
export interface StagedFile extends RowsFile {
  readonly isStaged?: boolean;
}

const SAMPLE_ROWS = 1000;
const LONGEST_LINE_BYTES = 8 * 1024 * 1024;
/** By itself DuckDB would take sixteen lines' worth of memory for each thread. */
const BUFFER_BYTES = 2 * LONGEST_LINE_BYTES;
/** So that a line is one value. */
const NEVER = '\u0001\u0002\u0003';

/** How DuckDB reads a file that isn't packed; `columns` are all that are asked for. */
export async function relationOf(session: Session, rows: StagedFile, columns: Columns): Promise<Relation> {
  if (rows.format === 'parquet') return parquet(session, rows.file);
  if (rows.format === 'csv') return csv(session, rows);
  return json(session, rows, columns);
}

async function parquet({ database }: Session, file: string): Promise<Relation> {
  const from = `read_parquet(${quoted(file)}, hive_partitioning = false)`;
  const described = await rowsOf<{ name: string; type: string }>(
    database,
    `SELECT column_name AS name, column_type AS type FROM (DESCRIBE SELECT * FROM ${from})`,
  );
  return typed(from, described);
}

function typed(from: string, columns: readonly { readonly name: string; readonly type: string }[]): Relation {
  const found = new Map(columns.map((column) => [column.name.toLowerCase(), column]));
  return {
    from: `${from} AS source`,
    column: (wanted) => {
      const column = found.get(wanted.toLowerCase());
      return column && { sql: `source.${named(column.name)}`, type: column.type };
    },
    raw: 'to_json(source)::VARCHAR',
    problem: 'NULL::VARCHAR',
    names: async () => columns.map(({ name }) => name),
  };
}

/** A CSV file with a header. All values are text: one place converts them. The strict reader is the one that drops nothing. */
async function csv(session: Session, { file, delimiter }: RowsFile): Promise<Relation> {
  const { names, separator } = await csvHeader(session, file, delimiter);
  const types = names.map((name) => `${quoted(name)}: 'VARCHAR'`).join(', ');
  const layout = `auto_detect = false, columns = {${types}}, header = true, delim = ${quoted(separator)}, quote = '"', escape = '"'`;
  const { options, rejects } = rejected();
  const columns = names.map((name) => ({ name, type: 'VARCHAR' }));
  return { ...typed(`read_csv(${quoted(file)}, ${layout}, ${options})`, columns), rejects };
}

async function csvHeader({ database, folder }: Session, file: string, delimiter: string | undefined) {
  const header = join(folder, 'header.csv');
  await writeFile(header, await headerOf(file));
  const given = delimiter === undefined ? '' : `, delim = ${quoted(delimiter)}`;
  const [sniffed] = await rowsOf<{ separator: string; names: string[] }>(
    database,
    `SELECT Delimiter AS separator, [c.name FOR c IN Columns] AS names
    FROM sniff_csv(${quoted(header)}, quote = '"', header = true, all_varchar = true${given})`,
  );
  return { names: sniffed?.names ?? [], separator: sniffed?.separator ?? ',' };
}

let reads = 0;

/** One line may be refused for several reasons: the first is told. */
function rejected(): { options: string; rejects: string } {
  const [table, scan] = [`rejects_${++reads}`, `scans_${reads}`];
  return {
    options: `max_line_size = ${LONGEST_LINE_BYTES}, buffer_size = ${BUFFER_BYTES}, store_rejects = true, rejects_limit = 0, rejects_table = '${table}', rejects_scan = '${scan}'`,
    rejects: `SELECT 'line ' || line || ': ' || min(error_message) AS problem, any_value(csv_line) AS raw
      FROM ${table} GROUP BY line, byte_position ORDER BY byte_position`,
  };
}

/** Objects of JSON, each by itself: what isn't one is a row that can't be read. */
function json({ database }: Session, { file, format, isStaged = false }: StagedFile, columns: Columns): Relation {
  const { lines, rejects } = format === 'json' ? { lines: arrayOf(file), rejects: undefined } : linesOf(file);
  const isObject = `json_valid(line) AND json_type(line) = 'OBJECT'`;
  const from = `(SELECT line, CASE WHEN ${isObject} THEN from_json(line, ${quoted(shapeOf(columns, isStaged))}) END AS fields
    FROM (${lines}) WHERE trim(line) != '') AS source`;
  return {
    from,
    column: (name) => ({ sql: `source.fields.${named(name)}`, type: jsonType(columns[name]) }),
    raw: isStaged ? 'coalesce(source.fields._raw, source.line)' : 'source.line',
    problem: `CASE WHEN source.fields IS NULL THEN 'it is no object of JSON' ELSE ${isStaged ? 'source.fields._problem' : 'NULL'} END`,
    names: async () => {
      const keys = `SELECT unnest(json_keys(line)) AS key FROM (SELECT line FROM (${lines}) WHERE ${isObject} LIMIT ${SAMPLE_ROWS})`;
      const found = await rowsOf<{ key: string }>(database, `SELECT DISTINCT key FROM (${keys}) ORDER BY key`);
      return found.map(({ key }) => key);
    },
    ...(rejects !== undefined && { rejects }),
  };
}

function shapeOf(columns: Columns, isStaged: boolean): string {
  const fields = Object.entries(columns).map(([name, type]) => [name, jsonType(type)]);
  const own = isStaged
    ? [
        ['_problem', 'VARCHAR'],
        ['_raw', 'VARCHAR'],
      ]
    : [];
  return JSON.stringify(Object.fromEntries([...fields, ...own]));
}

function jsonType(type: Columns[string] | undefined): ScalarType {
  return type !== undefined && scalarOf(type) === 'JSON' ? 'JSON' : 'VARCHAR';
}

function arrayOf(file: string): string {
  return `SELECT json::VARCHAR AS line FROM read_json_objects(${quoted(file)}, format = 'auto', maximum_object_size = ${LONGEST_LINE_BYTES})`;
}

/** Not by DuckDB's reader of JSON, which gives up a whole file for one line. */
function linesOf(file: string): { lines: string; rejects: string } {
  const { options, rejects } = rejected();
  const layout = `auto_detect = false, columns = {'line': 'VARCHAR'}, header = false, quote = '', escape = '', delim = '${NEVER}'`;
  return { lines: `SELECT line FROM read_csv(${quoted(file)}, ${layout}, ${options})`, rejects };
}
