import fc from 'fast-check';
import { expect, test } from 'vitest';
import { queryParameters } from './query-parameters.ts';

const one = (value: unknown, type?: 'DATE' | 'FLOAT64' | 'STRING') =>
  queryParameters('SELECT @x', { x: value }, type && { x: type })[0];

test.each([
  ['a text', 'a', 'STRING', 'a'],
  ['an empty text', '', 'STRING', ''],
  ['a whole number', 20, 'INT64', '20'],
  ['another number', 0.1, 'FLOAT64', '0.1'],
  ['a small number', 1e-7, 'FLOAT64', '1e-7'],
  ['the largest INT64', 2n ** 63n - 1n, 'INT64', '9223372036854775807'],
  ['a number beyond', 1e20, 'FLOAT64', '100000000000000000000'],
  ['true', true, 'BOOL', 'true'],
])('%s', (_, value, type, text) => {
  expect(one(value)).toEqual({ name: 'x', parameterType: { type }, parameterValue: { value: text } });
});

test('a type that is given is the type, also of null and of what is in a list', () => {
  expect(one('2026-01-31', 'DATE')?.parameterType).toEqual({ type: 'DATE' });
  expect(one(1, 'FLOAT64')?.parameterType).toEqual({ type: 'FLOAT64' });
  expect(one(null, 'STRING')).toMatchObject({ parameterType: { type: 'STRING' }, parameterValue: { value: null } });
  expect(one([], 'STRING')).toEqual({
    name: 'x',
    parameterType: { type: 'ARRAY', arrayType: { type: 'STRING' } },
    parameterValue: { arrayValues: [] },
  });
});

test('whole and other numbers in one list are all FLOAT64', () => {
  expect(one([1, 2.5])?.parameterType.arrayType).toEqual({ type: 'FLOAT64' });
});

test.each([
  [null, "parameter 'x' is null, which doesn't tell its type in BigQuery"],
  [[], "parameter 'x' is an empty list, which doesn't tell its type in BigQuery"],
  [['a', 1], "parameter 'x' is a list of STRING and INT64, expected one type"],
  [{ a: 1 }, `parameter 'x' is {"a":1}; a query takes texts, numbers, true and false, and lists of these`],
  [[[1]], "parameter 'x' is [1]; a query takes texts"],
])('%j is refused', (value, message) => {
  expect(() => one(value)).toThrow(
    expect.objectContaining({ code: 'config', message: expect.stringContaining(message) }),
  );
});

test('only what a query names is sent: no system variables, nothing that is left out', () => {
  const params = { a: 1, ab: 2, c: {}, project_id: 'x', d: undefined };
  const names = (sql: string) => queryParameters(sql, params).map(({ name }) => name);
  expect(names('SELECT @a, @@project_id, @d, x@c')).toEqual(['a']);
  expect(names('SELECT @ab;\n-- and (@a)')).toEqual(['a', 'ab']);
});

test('every number comes back from its text', () => {
  fc.assert(
    fc.property(fc.oneof(fc.double({ noNaN: true }), fc.maxSafeInteger()), (value) => {
      const found = one(value);
      expect(Number(found?.parameterValue.value)).toBe(Object.is(value, -0) ? 0 : value);
      if (found?.parameterType.type === 'INT64') expect(found.parameterValue.value).toMatch(/^-?\d+$/);
    }),
  );
});
