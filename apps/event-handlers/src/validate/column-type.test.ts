import { parquetMetadata, parquetSchema, type SchemaElement } from 'hyparquet';
import { expect, test } from 'vitest';
import { parquetFile } from '../testing/parquet-file.ts';
import { columnType } from './column-type.ts';

const TYPES = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
  'FLOAT',
  'DOUBLE',
  'VARCHAR',
  'BLOB',
  'DATE',
  'TIME',
  'TIMESTAMP',
  'TIMESTAMPTZ',
  'UUID',
  'JSON',
  'DECIMAL(9,2)',
  'DECIMAL(38,10)',
];

test("what DuckDB writes is read as the type it has in a table's definition", async () => {
  const columns = TYPES.map((type, index) => `NULL::${type} AS c${index}`);
  const bytes = await parquetFile(`SELECT ${columns.join(', ')}, [1, 2] AS list, {'a': 1} AS struct`);
  const { children } = parquetSchema(parquetMetadata(new Uint8Array(bytes).buffer));
  const found = children.map(({ element }) => columnType(element));
  expect(found).toEqual([...TYPES, 'LIST', 'STRUCT'].map((type) => `${type}?`));
});

test.each([
  [{ type: 'INT64', converted_type: 'TIMESTAMP_MILLIS' }, 'TIMESTAMP'],
  [{ type: 'INT96' }, 'TIMESTAMP'],
  [{ type: 'BYTE_ARRAY', converted_type: 'UTF8' }, 'VARCHAR'],
  [{ type: 'INT32', converted_type: 'DECIMAL', precision: 5, scale: 1 }, 'DECIMAL(5,1)'],
  [{ type: 'FIXED_LEN_BYTE_ARRAY', type_length: 16 }, 'BLOB'],
])('a required column of an older writer, %j, is a %s', (element, type) => {
  expect(columnType({ name: 'c', repetition_type: 'REQUIRED', ...element } as SchemaElement)).toBe(type);
});
