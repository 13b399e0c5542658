import type { ColumnSpec } from '@ml-platform/registry';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { csvRecords } from './csv-records.ts';
import type { OutputCell } from './decode-output.ts';
import { encodeInput } from './encode-input.ts';
import { readCsv } from './read-csv.ts';
import { writeCsv } from './write-csv.ts';

const inputs: ColumnSpec[] = [
  { name: 'origin', type: 'string' },
  { name: 'hour', type: 'float32' },
  { name: 'flight', type: 'int64' },
];
const right = { origin: ['LAX', 'a,b'], hour: [14, null], flight: ['9007199254740993', '-1'] };

test.each([
  ['without a header', 'LAX,14,9007199254740993\n"a,b",,-1\n', false],
  ['of Windows', 'LAX,14,9007199254740993\r\n"a,b",,-1\r\n', false],
  ['without an end', 'LAX,14,9007199254740993\n"a,b",,-1', false],
  ['with a header', 'origin,hour,flight\nLAX,14,9007199254740993\n"a,b",NaN, -1 ', true],
  ['with a header in another order', '\ufeffflight,"hour",origin\n9007199254740993,14,LAX\n-1,null,"a,b"', true],
])('text %s is read by the signature', (_, text, header) => {
  expect(readCsv(text, inputs)).toEqual({ columns: right, header });
});

test('what a caller says of the header stands', () => {
  const words: ColumnSpec[] = [{ name: 'word', type: 'string' }];
  expect(readCsv('word\nx', words).columns).toEqual({ word: ['x'] });
  expect(readCsv('word\nx', words, { header: false }).columns).toEqual({ word: ['word', 'x'] });
});

test.each([
  ['1', 1],
  [' -1.5e3 ', -1500],
  ['.5', 0.5],
  ['5.', 5],
  ['inf', Number.POSITIVE_INFINITY],
  ['-Inf', Number.NEGATIVE_INFINITY],
  ['', null],
  ['nan', null],
  ['0x10', '0x10'],
  ['1,5', '1,5'],
  ['noon', 'noon'],
])('%j is a number %j, or stays text', (text, cell) => {
  expect(readCsv(`"${text}"`, [{ name: 'x', type: 'float64' }]).columns.x).toEqual([cell]);
});

test('whole numbers and booleans', () => {
  expect(
    readCsv('7,True\n 8 ,0\n7.5,yes', [
      { name: 'n', type: 'int32' },
      { name: 'b', type: 'bool' },
    ]).columns,
  ).toEqual({
    n: [7, 8, '7.5'],
    b: [true, false, 'yes'],
  });
});

test.each([
  ['LAX,14,1\nLAX,14', {}, 'row 1 has 2 values, expected 3'],
  ['LAX,14,1\n\nLAX,14,1', {}, 'row 1 has 1 values, expected 3'],
  ['LAX,14,1\nLAX,"14', {}, "row 1 has a quote that isn't closed"],
  ['LAX,"14"5,1', {}, 'row 0 has text behind a quote: "5,1"'],
  ['origin,hour', { header: true }, 'the header lacks the column "flight"'],
  ['origin,hour,flight,day', { header: true }, 'the header has "day", unknown or twice'],
  ['origin,hour,flight,hour', { header: true }, 'the header has "hour", unknown or twice'],
  [
    'hour,origin,flight\n14,LAX,1',
    { partOfFile: true },
    'the header is hour,origin,flight, expected origin,hour,flight',
  ],
])('%j is refused', (text, options, message) => {
  expect(() => readCsv(text, inputs, options)).toThrow(
    expect.objectContaining({ code: 'data', message: expect.stringContaining(message), hint: expect.any(String) }),
  );
});

test('a cell that its column cannot hold is refused with column and row, which the header is not', () => {
  const { columns } = readCsv('origin,hour,flight\nLAX,14,1\nLAX,noon,1', inputs);
  expect(() => encodeInput(inputs, columns)).toThrow(
    'the column "hour" is "noon" in row 1, expected a number or null (float32)',
  );
});

test('no text has no records', () => {
  expect([csvRecords(''), csvRecords('\n'), csvRecords('a,'), csvRecords('a\r')]).toEqual([
    [],
    [['']],
    [['a', '']],
    [['a']],
  ]);
});

test('what is written is read again', () => {
  const cell = fc.oneof(fc.string({ unit: fc.constantFrom('a', ' ', ',', '"', '\n', '\r', '') }), fc.constant('LAX'));
  const table = fc.array(fc.tuple(cell, cell), { minLength: 1 });
  fc.assert(
    fc.property(table, fc.boolean(), (rows, header) => {
      const columns = { a: rows.map(([a]) => a), b: rows.map(([, b]) => b) };
      const expected = header ? [['a', 'b'], ...rows] : rows;
      expect(csvRecords(writeCsv({ rows: rows.length, columns }, header))).toEqual(expected);
    }),
  );
});

test('a row has a line, though it be empty; the last has no end', () => {
  const columns: Record<string, OutputCell[]> = { p: [0.5, null, true], label: ['x', '', '9"'] };
  expect(writeCsv({ rows: 3, columns }, true)).toBe('p,label\n0.5,x\n,\ntrue,"9"""');
  expect(writeCsv({ rows: 2, columns: { p: [null, 1] } }, false)).toBe('""\n1');
});
