import { z } from 'zod';

const PLAIN = [
  'BOOLEAN',
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'FLOAT',
  'DOUBLE',
  'VARCHAR',
  'DATE',
  'TIMESTAMP',
];
const DECIMAL = /^DECIMAL\(\s*\d+\s*,\s*\d+\s*\)$/;

/** Types of DuckDB that columns have; a `TIMESTAMP` is in UTC. */
export type SqlType =
  | 'BOOLEAN'
  | 'TINYINT'
  | 'SMALLINT'
  | 'INTEGER'
  | 'BIGINT'
  | 'FLOAT'
  | 'DOUBLE'
  | 'VARCHAR'
  | 'DATE'
  | 'TIMESTAMP'
  | `DECIMAL(${string})`;

/** A key tells entities apart, so it has no rounding. */
export type KeyType = 'BOOLEAN' | 'TINYINT' | 'SMALLINT' | 'INTEGER' | 'BIGINT' | 'VARCHAR' | 'DATE';

/** What a value of a type is in TypeScript: a date as `2026-01-31`, a timestamp as `2026-01-31 08:00:00`. */
export type ValueOf<Type extends SqlType> = Type extends 'BOOLEAN'
  ? boolean
  : Type extends 'VARCHAR' | 'DATE' | 'TIMESTAMP'
    ? string
    : number;

export const sqlType = z.custom<SqlType>(
  (text) => typeof text === 'string' && (PLAIN.includes(text) || DECIMAL.test(text)),
  {
    error: ({ input }) => `the type ${JSON.stringify(input)} is unknown, expected ${PLAIN.join(', ')} or DECIMAL(p,s)`,
  },
);

const KEYS: readonly string[] = ['BOOLEAN', 'TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT', 'VARCHAR', 'DATE'];

export const keyType = z.custom<KeyType>((text) => typeof text === 'string' && KEYS.includes(text), {
  error: ({ input }) => `the type ${JSON.stringify(input)} is none of a key, expected ${KEYS.join(', ')}`,
});

/** `DECIMAL(18, 3)` as DuckDB writes it. */
export function canonicalType(type: string): string {
  return type.replaceAll(/\s+/g, '');
}

const INTEGERS = /^U?(TINY|SMALL|BIG|HUGE)?INT$|^U?INTEGER$/;

export function isInteger(type: string): boolean {
  return INTEGERS.test(type);
}

/** Digits after the point of a `DECIMAL`; 0 of anything else. */
export function scaleOf(type: string): number {
  return Number(/^DECIMAL\(\d+,(\d+)\)$/.exec(type)?.[1] ?? 0);
}

/** Whether sums of the type are the same in every order. */
export function sumsExactly(type: string): boolean {
  return type === 'BOOLEAN' || isInteger(type) || type.startsWith('DECIMAL(');
}

export function isNumeric(type: string): boolean {
  return isInteger(type) || /^(FLOAT|DOUBLE|DECIMAL\(.*)$/.test(type);
}
