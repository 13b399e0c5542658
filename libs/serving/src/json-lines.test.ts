import { expect, test } from 'vitest';
import { readJsonLines, writeJsonLines } from './json-lines.ts';

test('each line is a row, with an end to the last or without', () => {
  for (const end of ['', '\n', '\r\n'])
    expect(readJsonLines(`{"a": 1}\r\n{"a": null}${end}`)).toEqual([{ a: 1 }, { a: null }]);
});

test.each([
  ['{"a": 1}\n{"a": ', 'row 1'],
  ['{"a": 1}\n\n{"a": 2}', 'row 1'],
  ['{"a": 1} {"a": 2}', 'row 0'],
])('%j is refused', (text, row) => {
  expect(() => readJsonLines(text)).toThrow(
    expect.objectContaining({ code: 'data', message: expect.stringContaining(`${row} isn't JSON: `) }),
  );
});

test('predictions are written a line each', () => {
  expect(writeJsonLines({ rows: 2, columns: { p: [0.5, null], label: [1, 0] } })).toBe(
    '{"p":0.5,"label":1}\n{"p":null,"label":0}',
  );
});
