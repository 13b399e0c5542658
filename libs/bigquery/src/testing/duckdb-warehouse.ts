import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  type DuckDBConnection,
  DuckDBInstance,
  DuckDBListType,
  DuckDBStructType,
  type DuckDBType,
} from '@duckdb/node-api';
import type { TableField } from '../api/resources.ts';
import type { QueryParameter } from '../script/query-parameters.ts';

/** Tables of a BigQuery that is a DuckDB: a schema per dataset. */
export interface Warehouse {
  readonly create: (dataset: string) => Promise<void>;
  readonly remove: (dataset: string) => Promise<void>;
  readonly tables: (dataset: string) => Promise<string[]>;
  /** Runs a statement in GoogleSQL, of what both languages have in common, in a dataset. */
  readonly run: (dataset: string, sql: string, parameters?: readonly QueryParameter[]) => Promise<unknown[][]>;
  readonly fields: (dataset: string, table: string) => Promise<TableField[]>;
  /** Makes or extends a table of a file; returns its rows. */
  readonly load: (dataset: string, table: string, file: string, how: LoadHow) => Promise<number>;
  readonly extract: (dataset: string, table: string, file: string, format: string) => Promise<void>;
  /** Ends what runs at the moment. */
  readonly interrupt: () => void;
  readonly close: () => void;
}

export interface LoadHow {
  readonly format: string;
  readonly append: boolean;
}

export async function duckdbWarehouse(): Promise<Warehouse> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  const all = async (sql: string) => (await connection.runAndReadAll(sql)).getRowsJS() as unknown[][];
  return {
    create: async (dataset) => void (await all(`CREATE SCHEMA ${quoted(dataset)}`)),
    remove: async (dataset) => void (await all(`DROP SCHEMA ${quoted(dataset)} CASCADE`)),
    tables: async (dataset) => {
      const found = await all(`SELECT table_name FROM duckdb_tables() WHERE schema_name = '${dataset}' ORDER BY 1`);
      return found.map(([name]) => String(name));
    },
    run: async (dataset, sql, parameters = []) => {
      await all(`USE ${quoted(dataset)}`);
      return all(asDuckDB(sql, parameters));
    },
    fields: async (dataset, table) => fieldsOf(connection, `${quoted(dataset)}.${quoted(table)}`),
    load: async (dataset, table, file, how) => {
      const target = `${quoted(dataset)}.${quoted(table)}`;
      const into = how.append ? `INSERT INTO ${target} BY NAME` : `CREATE OR REPLACE TABLE ${target} AS`;
      const [row] = await all(`${into} FROM ${READERS[how.format]?.(file)}`);
      return Number(row?.[0]);
    },
    extract: async (dataset, table, file, format) => {
      const source = `${quoted(dataset)}.${quoted(table)}`;
      await mkdir(dirname(file), { recursive: true });
      const rows = format === 'NEWLINE_DELIMITED_JSON' ? await asText(connection, source) : `SELECT * FROM ${source}`;
      await all(`COPY (${rows}) TO '${file}' (${WRITERS[format]})`);
    },
    interrupt: () => connection.interrupt(),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const READERS: Readonly<Record<string, (file: string) => string>> = {
  PARQUET: (file) => `read_parquet('${file}')`,
  CSV: (file) => `read_csv('${file}', header = true)`,
  NEWLINE_DELIMITED_JSON: (file) => `read_json('${file}', format = 'newline_delimited')`,
};

const WRITERS: Readonly<Record<string, string>> = {
  PARQUET: 'FORMAT parquet, COMPRESSION zstd',
  CSV: 'FORMAT csv, HEADER',
  NEWLINE_DELIMITED_JSON: 'FORMAT json',
};

function quoted(name: string): string {
  return `"${name}"`;
}

function asDuckDB(sql: string, parameters: readonly QueryParameter[]): string {
  const values = new Map(parameters.map((parameter) => [parameter.name, literal(parameter)]));
  return sql
    .replaceAll('`', '"')
    .replaceAll(/\bIN UNNEST\((@\w+)\)/gi, 'IN (SELECT unnest($1))')
    .replaceAll(/@(\w+)/g, (_, name: string) => {
      const value = values.get(name);
      if (value === undefined) throw new Error(`Query parameter '${name}' not found`);
      return value;
    });
}

const TYPES: Readonly<Record<string, string>> = { STRING: 'VARCHAR', INT64: 'BIGINT', FLOAT64: 'DOUBLE' };

function literal({
  parameterType: { type, arrayType },
  parameterValue: { value, arrayValues },
}: QueryParameter): string {
  const cast = (text: string, as: string) => `CAST('${text.replaceAll("'", "''")}' AS ${TYPES[as] ?? as})`;
  if (type === 'ARRAY') return `[${arrayValues?.map((one) => cast(one.value, arrayType?.type ?? '')).join(', ')}]`;
  return typeof value === 'string' ? cast(value, type) : `CAST(NULL AS ${TYPES[type] ?? type})`;
}

async function fieldsOf(connection: DuckDBConnection, table: string): Promise<TableField[]> {
  const result = await connection.run(`SELECT * FROM ${table} LIMIT 0`);
  const types = result.columnTypes();
  return result.columnNames().map((name, index) => fieldOf(name, types[index] as DuckDBType));
}

/** The API has the names of types of old. */
const NAMES: Readonly<Record<string, string>> = {
  VARCHAR: 'STRING',
  BIGINT: 'INTEGER',
  INTEGER: 'INTEGER',
  HUGEINT: 'INTEGER',
  DOUBLE: 'FLOAT',
};

function fieldOf(name: string, type: DuckDBType): TableField {
  if (type instanceof DuckDBListType) return { ...fieldOf(name, type.valueType), mode: 'REPEATED' };
  if (type instanceof DuckDBStructType) {
    const fields = type.entryNames.map((entry, index) => fieldOf(entry, type.entryTypes[index] as DuckDBType));
    return { name, type: 'RECORD', fields };
  }
  return { name, type: NAMES[String(type)] ?? (String(type).startsWith('DECIMAL') ? 'NUMERIC' : String(type)) };
}

/** BigQuery writes whole numbers as texts into JSON; here those that stand by themselves. */
async function asText(connection: DuckDBConnection, table: string): Promise<string> {
  const whole = (await fieldsOf(connection, table)).filter(
    ({ type, mode }) => type === 'INTEGER' && mode !== 'REPEATED',
  );
  const columns = whole.map(({ name }) => `CAST(${quoted(name)} AS VARCHAR) AS ${quoted(name)}`);
  return `SELECT * ${columns.length > 0 ? `REPLACE (${columns.join(', ')})` : ''} FROM ${table}`;
}

/** Where a place in Cloud Storage lies on this machine. */
export function lakePath(lake: string, uri: string): string {
  return join(lake, uri.replace('gs://', ''));
}
