import type { ColumnSpec } from '@ml-platform/registry';
import { expect, test } from 'vitest';
import { encodeInput } from './encode-input.ts';

const inputs: readonly ColumnSpec[] = [
  { name: 'origin', type: 'string' },
  { name: 'hour', type: 'float32' },
];
const hint = 'the model takes origin (string), hour (float32)';

test('rows and columns give the same tensors, in the order of the signature', () => {
  const expected = { rows: 2, columns: [['LAX', ''], new Float32Array([14, Number.NaN])] };
  expect(encodeInput(inputs, { hour: [14, null], origin: ['LAX', null] })).toEqual(expected);
  expect(
    encodeInput(inputs, [
      { hour: 14, origin: 'LAX' },
      { origin: null, hour: null },
    ]),
  ).toEqual(expected);
});

test.each([
  ['a missing column', { origin: ['LAX'] }, 'the column "hour" is missing'],
  ['an unknown column', { origin: ['LAX'], hour: [1], day: [2] }, 'the column "day" is unknown'],
  [
    'columns of different lengths',
    { origin: ['LAX'], hour: [1, 2] },
    'the column "hour" has 2 rows, but "origin" has 1',
  ],
  ['a column that is no list', { origin: 'LAX', hour: [1] }, 'the column "origin" is "LAX", expected a list of values'],
  ['columns without rows', { origin: [], hour: [] }, 'there are no rows, expected at least one'],
  ['no rows', [], 'there are no rows, expected at least one'],
  ['a row without a column', [{ origin: 'LAX', hour: 1 }, { hour: 1 }], 'the column "origin" of row 1 is missing'],
  ['a row with an unknown column', [{ origin: 'a', hour: 1, Hour: 1 }], 'the column "Hour" of row 0 is unknown'],
  ['a row that is no object', [null], 'row 0 is null, expected an object with a value per column'],
  ['a row that is a list', [['LAX', 1]], 'row 0 is ["LAX",1], expected an object with a value per column'],
  [
    'a number in a string column',
    { origin: ['LAX', 5], hour: [1, 1] },
    'the column "origin" is 5 in row 1, expected a string without NUL, or null (string)',
  ],
  [
    'a long string in a number column',
    { origin: ['LAX'], hour: ['x'.repeat(99)] },
    `the column "hour" is "${'x'.repeat(36)}… in row 0, expected a number or null (float32)`,
  ],
])('%s is refused', (_, data, message) => {
  expect(() => encodeInput(inputs, data as never)).toThrow(expect.objectContaining({ code: 'data', message, hint }));
});

test('a name that every object inherits is still missing', () => {
  expect(() => encodeInput([{ name: 'constructor', type: 'string' }], [{}])).toThrow(
    '"constructor" of row 0 is missing',
  );
});

test.each([
  ['int32', 2 ** 31, 'an integer of 32 bits'],
  ['int32', 1.5, 'an integer of 32 bits'],
  ['int32', null, 'an integer of 32 bits'],
  ['int64', 2 ** 53, 'an integer of 64 bits; beyond ±(2^53 - 1) as a string of digits'],
  ['int64', '9223372036854775808', 'an integer of 64 bits'],
  ['int64', '1e3', 'an integer of 64 bits'],
  ['int64', 0.5, 'an integer of 64 bits'],
  ['int64', null, 'an integer of 64 bits'],
  ['bool', 1, 'true or false'],
  ['bool', null, 'true or false'],
  ['float64', true, 'a number or null'],
  ['float32', '1', 'a number or null'],
  ['string', 'a\0b', 'a string without NUL, or null'],
] as const)('%s refuses %s', (type, value, expected) => {
  expect(() => encodeInput([{ name: 'x', type }], { x: [value] })).toThrow(`in row 0, expected ${expected}`);
});
