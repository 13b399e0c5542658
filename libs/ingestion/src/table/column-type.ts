/** DuckDB's types that a column can have, of those that Parquet keeps exactly. Nested values are `JSON`. */
export const SCALAR_TYPES = [
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
] as const;

type Named = (typeof SCALAR_TYPES)[number];
export type ScalarType = Named | `DECIMAL(${number},${number})`;

/** A type; with a `?` the value may be missing. */
export type ColumnType = ScalarType | `${ScalarType}?`;

export type Columns = Readonly<Record<string, ColumnType>>;

/** What a value of a type is in TypeScript. A moment is UTC: a `TIMESTAMP` of a text with an offset is converted. */
export type ValueOf<Type extends ColumnType> = Type extends `${infer Scalar}?` ? Bare<Scalar> | null : Bare<Type>;

type Bare<Type> = Type extends 'BOOLEAN'
  ? boolean
  : Type extends 'BIGINT' | 'UBIGINT'
    ? bigint
    : Type extends 'DATE' | 'TIMESTAMP' | 'TIMESTAMPTZ'
      ? Date
      : Type extends 'BLOB'
        ? Uint8Array
        : Type extends 'VARCHAR' | 'TIME' | 'UUID' | 'JSON'
          ? string
          : number;

export function isNullable(type: ColumnType): boolean {
  return type.endsWith('?');
}

export function scalarOf(type: ColumnType): ScalarType {
  return type.replace(/\?$/, '') as ScalarType;
}

export function isColumnType(type: string): type is ColumnType {
  const scalar = type.replace(/\?$/, '');
  const [, width, scale] = /^DECIMAL\((\d{1,2}),(\d{1,2})\)$/.exec(scalar) ?? [];
  if (width !== undefined) return Number(width) >= 1 && Number(width) <= 38 && Number(scale) <= Number(width);
  return (SCALAR_TYPES as readonly string[]).includes(scalar);
}

export function isMoment(type: ColumnType): boolean {
  return ['DATE', 'TIMESTAMP', 'TIMESTAMPTZ'].includes(scalarOf(type));
}

export function isInteger(type: ColumnType): boolean {
  return /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(scalarOf(type));
}
