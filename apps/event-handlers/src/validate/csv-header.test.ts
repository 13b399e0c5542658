import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { beginningOf, csvHeader } from './csv-header.ts';

test('any names, quoted where they have to be, are read as they are', () => {
  const name = fc.string({ minLength: 1, maxLength: 12 });
  const newline = fc.constantFrom('\n', '\r\n', '\r');
  fc.assert(
    fc.property(fc.array(name, { minLength: 1, maxLength: 6 }), newline, (names, end) => {
      const quoted = names.map((one) => `"${one.replaceAll('"', '""')}"`).join(',');
      expect(csvHeader(`${quoted}${end}1`)).toEqual({ names, hasRows: true });
    }),
  );
});

test.each([
  ['id,name\n1,x', { names: ['id', 'name'], hasRows: true }],
  ['id,name\r\n', { names: ['id', 'name'], hasRows: false }],
  ['id', { names: ['id'], hasRows: false }],
  ['id,\n1,', { names: ['id', ''], hasRows: true }],
  ['id\n\n\n', { names: ['id'], hasRows: false }],
  ['"id"x,name\n', undefined],
  ['"id', undefined],
])('%j', (text, header) => {
  expect(csvHeader(text)).toEqual(header);
});

test('the beginning of a packed file is unpacked, though the end is not there', () => {
  const rows = Array.from({ length: 20_000 }, (_, index) => `${index},${Math.sin(index)}`);
  const packed = gzipSync(`id,value\n${rows.join('\n')}`);
  const text = beginningOf(packed.subarray(0, 4096), true);
  expect(csvHeader(text)).toEqual({ names: ['id', 'value'], hasRows: true });
});

test('a character that is cut in two is no reason to refuse, bytes that are no text are', () => {
  const bytes = new TextEncoder().encode('größe');
  expect(beginningOf(bytes.subarray(0, 3), false)).toBe('gr');
  expect(() => beginningOf(Uint8Array.of(0x69, 0xff, 0xfe, 0x0a), false)).toThrow();
  expect(() => beginningOf(bytes, true)).toThrow();
});
