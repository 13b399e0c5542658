import { DuckDBInstance } from '@duckdb/node-api';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { defineTable } from '@ml-platform/ingestion';

export interface Column {
  readonly name: string;
  /** As in `defineTable`: DuckDB's, with a `?` where a value may be missing. */
  readonly type: string;
}

export interface ColumnOptions {
  readonly columns?: string;
  readonly key?: string;
  readonly watermark?: string;
}

/** What a source's rows are. */
export interface Shape {
  readonly columns: readonly Column[];
  readonly key: readonly string[];
  readonly watermark?: string;
}

/**
 * The shape that options say, or the files that are there: keys and watermarks are never missing, other columns of files may be.
 *
 * @throws PlatformError `usage` for columns that can't be, and where nobody says them; `config` as `defineTable`.
 */
export async function shapeOf(options: ColumnOptions, files: string | undefined): Promise<Shape> {
  const given = options.columns === undefined ? undefined : parseColumns(options.columns);
  const found = given ?? (files === undefined ? undefined : await columnsOf(files));
  if (found === undefined) throw unknown();
  const key = options.key?.split(',').map((name) => name.trim()) ?? found.slice(0, 1).map(({ name }) => name);
  const certain = [...key, options.watermark];
  const columns = found.map(({ name, type }) => ({
    name,
    type: certain.includes(name) ? type.replace('?', '') : type,
  }));
  const watermark = options.watermark;
  const shape = { columns, key, ...(watermark !== undefined && { watermark }) };
  defineTable({ ...shape, columns: Object.fromEntries(columns.map(({ name, type }) => [name, type])) as never });
  return shape;
}

/** `id:BIGINT,amount:DECIMAL(12,2),note:VARCHAR?`. */
function parseColumns(text: string): Column[] {
  return text.split(/,(?![^(]*\))/).map((part) => {
    const [, name, type] = /^\s*([^:\s]+)\s*:\s*(\S.*?)\s*$/.exec(part) ?? [];
    if (name !== undefined && type !== undefined) return { name, type: type.toUpperCase() };
    throw new PlatformError(`--columns has '${part.trim()}', expected NAME:TYPE`, {
      code: 'usage',
      hint: '--columns id:BIGINT,amount:DOUBLE,note:VARCHAR?',
    });
  });
}

/** Types that a table of the lake can't have, and what is near. */
const NEAR: Readonly<Record<string, string>> = { HUGEINT: 'DECIMAL(38,0)', 'TIMESTAMP WITH TIME ZONE': 'TIMESTAMPTZ' };

/** As DuckDB reads them; nothing where there are none. */
async function columnsOf(files: string): Promise<Column[] | undefined> {
  const database = await (await DuckDBInstance.create()).connect();
  try {
    const described = await database.runAndReadAll(`DESCRIBE SELECT * FROM '${files.replaceAll("'", "''")}'`);
    return described.getRowObjectsJson().map(({ column_name, column_type }) => {
      const type = String(column_type);
      const known = NEAR[type] ?? (/[[(]/.test(type) && !type.startsWith('DECIMAL') ? 'JSON' : type);
      return { name: String(column_name), type: `${known}?` };
    });
  } catch (cause) {
    if (/No files found/.test(messageOf(cause))) return undefined;
    throw new PlatformError(`${files} can't be read as a table: ${messageOf(cause).split('\n')[0]}`, {
      code: 'data',
      hint: 'say the columns yourself: --columns id:BIGINT,amount:DOUBLE',
      cause,
    });
  } finally {
    database.closeSync();
  }
}

function unknown(): PlatformError {
  return new PlatformError('what columns the rows have is not said, and no files are there that would', {
    code: 'usage',
    hint: '--columns id:BIGINT,amount:DOUBLE,changed:TIMESTAMP',
  });
}
