import { describe, expect, expectTypeOf, test } from 'vitest';
import { defineTable, type RowOf } from './define-table.ts';

test('rows are typed by the columns', () => {
  const table = defineTable({
    columns: {
      id: 'BIGINT',
      small: 'INTEGER',
      price: 'DECIMAL(12,2)',
      ok: 'BOOLEAN',
      text: 'VARCHAR?',
      day: 'DATE',
      bytes: 'BLOB',
      more: 'JSON',
    },
    key: ['id'],
  });
  expectTypeOf<RowOf<typeof table>>().toEqualTypeOf<{
    readonly id: bigint;
    readonly small: number;
    readonly price: number;
    readonly ok: boolean;
    readonly text: string | null;
    readonly day: Date;
    readonly bytes: Uint8Array;
    readonly more: string;
  }>();
});

describe('what is no table does not compile, and is told where it is run', () => {
  test('a type that is none', () => {
    // @ts-expect-error there is no such type
    expect(() => defineTable({ columns: { id: 'BIGNIT' } })).toThrow(/column id: 'BIGNIT' is no type/);
    // @ts-expect-error Parquet would round it
    expect(() => defineTable({ columns: { id: 'HUGEINT' } })).toThrow(/is no type/);
    expect(() => defineTable({ columns: { id: 'DECIMAL(40,2)' } })).toThrow(/is no type/);
  });

  test('a key or a watermark that is no column, or may be null', () => {
    // @ts-expect-error no column
    expect(() => defineTable({ columns: { id: 'BIGINT' }, key: ['ID'] })).toThrow(/there is no column ID/);
    // @ts-expect-error no column
    expect(() => defineTable({ columns: { id: 'BIGINT' }, watermark: 'at' })).toThrow(/there is no column at/);
    expect(() => defineTable({ columns: { id: 'BIGINT?' }, key: ['id'] })).toThrow(
      /column id is key or watermark, and may be null/,
    );
  });

  test.each(['', '_id', '1st', 'a\0'])('a column named %j', (name) => {
    expect(() => defineTable({ columns: { [name]: 'BIGINT' } })).toThrow(/can't be a column's name/);
  });

  test('columns that differ in case alone, or none at all', () => {
    expect(() => defineTable({ columns: { id: 'BIGINT', ID: 'BIGINT' } })).toThrow(/id and ID differ in case alone/);
    expect(() => defineTable({ columns: {} })).toThrow(/a table needs columns/);
  });
});
