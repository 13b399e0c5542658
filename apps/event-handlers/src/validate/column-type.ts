import type { SchemaElement } from 'hyparquet';

/** Types of flat columns that Parquet keeps, in DuckDB's words; a column of several values is a LIST, of parts a STRUCT. */
const PHYSICAL: Readonly<Record<string, string>> = {
  BOOLEAN: 'BOOLEAN',
  INT32: 'INTEGER',
  INT64: 'BIGINT',
  INT96: 'TIMESTAMP',
  FLOAT: 'FLOAT',
  DOUBLE: 'DOUBLE',
  BYTE_ARRAY: 'BLOB',
  FIXED_LEN_BYTE_ARRAY: 'BLOB',
};

/** Of writers that don't know of logical types. */
const CONVERTED: Readonly<Record<string, string>> = {
  UTF8: 'VARCHAR',
  ENUM: 'VARCHAR',
  JSON: 'JSON',
  DATE: 'DATE',
  TIME_MILLIS: 'TIME',
  TIME_MICROS: 'TIME',
  TIMESTAMP_MILLIS: 'TIMESTAMP',
  TIMESTAMP_MICROS: 'TIMESTAMP',
  INT_8: 'TINYINT',
  INT_16: 'SMALLINT',
  INT_32: 'INTEGER',
  INT_64: 'BIGINT',
  UINT_8: 'UTINYINT',
  UINT_16: 'USMALLINT',
  UINT_32: 'UINTEGER',
  UINT_64: 'UBIGINT',
};

const INTEGERS: Readonly<Record<number, string>> = { 8: 'TINYINT', 16: 'SMALLINT', 32: 'INTEGER', 64: 'BIGINT' };

/** A column's type as a table's definition says it; with a `?` values may be missing. */
export function columnType(element: SchemaElement): string {
  const type = scalarType(element);
  return element.repetition_type === 'REQUIRED' ? type : `${type}?`;
}

function scalarType(element: SchemaElement): string {
  const { type, converted_type: converted, logical_type: logical, num_children: children } = element;
  if (converted === 'LIST' || logical?.type === 'LIST' || element.repetition_type === 'REPEATED') return 'LIST';
  if (converted === 'MAP' || logical?.type === 'MAP') return 'MAP';
  if (children !== undefined && children > 0) return 'STRUCT';
  if (converted === 'DECIMAL' || logical?.type === 'DECIMAL') {
    return `DECIMAL(${element.precision ?? 0},${element.scale ?? 0})`;
  }
  return logicalType(logical) ?? CONVERTED[converted ?? ''] ?? PHYSICAL[type ?? ''] ?? 'BLOB';
}

function logicalType(logical: SchemaElement['logical_type']): string | undefined {
  switch (logical?.type) {
    case 'STRING':
    case 'ENUM':
      return 'VARCHAR';
    case 'JSON':
    case 'UUID':
    case 'DATE':
    case 'TIME':
      return logical.type;
    case 'TIMESTAMP':
      return logical.isAdjustedToUTC ? 'TIMESTAMPTZ' : 'TIMESTAMP';
    case 'INTEGER':
      return `${logical.isSigned ? '' : 'U'}${INTEGERS[logical.bitWidth] ?? 'BIGINT'}`;
    default:
      return undefined;
  }
}
