import { describe, expect, test } from 'vitest';
import { parseExpectedSchema, schemaProblems } from './expected-schema.ts';

const expected = parseExpectedSchema('{"columns": {"id": "BIGINT", "note": "VARCHAR?", "more": "JSON"}}', 'x.json');
const found = (columns: Record<string, string | undefined>) => ({ columns: new Map(Object.entries(columns)) });

describe('a file', () => {
  test('is good with the columns that are expected, and with others', () => {
    expect(schemaProblems(expected, found({ id: 'BIGINT?', note: 'VARCHAR?', more: 'JSON', own: 'DATE' }))).toEqual([]);
  });

  test('is good without a column whose values may be missing, and with JSON as text', () => {
    expect(schemaProblems(expected, found({ id: 'BIGINT', more: 'VARCHAR?' }))).toEqual([]);
  });

  test('of a format without types is good by its names', () => {
    expect(schemaProblems(expected, found({ id: undefined, more: undefined }))).toEqual([]);
  });

  test('is refused for each column that is missing or of another type', () => {
    expect(schemaProblems(expected, found({ note: 'INTEGER?', more: 'JSON' }))).toEqual([
      'column id is missing',
      'column note is INTEGER?, expected VARCHAR?',
    ]);
  });

  test('is refused for other columns only where there may be none', () => {
    const strict = { ...expected, extraColumns: false };
    const columns = { id: 'BIGINT', more: 'JSON', constructor: 'DATE' };
    expect(schemaProblems(strict, found(columns))).toEqual(['column constructor is not expected']);
  });
});

test.each([
  ['{"columns": {"id": 1}}', 'columns.id'],
  ['{"column": {}}', 'columns'],
  ['{', 'JSON'],
])('%s is refused with the file and the key', (text, key) => {
  const error = { code: 'config', message: expect.stringMatching(new RegExp(`^schemas/orders.json: .*${key}`)) };
  expect(() => parseExpectedSchema(text, 'schemas/orders.json')).toThrow(expect.objectContaining(error));
});
