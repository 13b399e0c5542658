import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeJson } from './decode-json.ts';
import type { StreamRecord } from './stream-source.ts';

const decode = (value: string | Buffer | undefined) =>
  decodeJson({ value: value === undefined ? undefined : Buffer.from(value) } as StreamRecord);

test('an object of JSON is what it was', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue({ noUnicodeString: false })), (object) => {
      const text = JSON.stringify(object);
      expect(JSON.stringify(decode(text))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('a number that JavaScript can not hold keeps its digits', () => {
  const text =
    '{"id": 9223372036854775807, "price": 12345678901234.56789, "small": 1.50, "deep": [{"n": 18446744073709551615}]}';
  expect(decode(text)).toEqual({
    id: '9223372036854775807',
    price: '12345678901234.56789',
    small: '1.50',
    deep: [{ n: '18446744073709551615' }],
  });
});

test.each([
  ['{"a": 1', /JSON/],
  ['[1]', /no object/],
  ['null', /no object/],
  ['7', /no object/],
  [Buffer.from([0xc3, 0x28]), /utf-8/],
  [undefined, /there is no value/],
])('%j is refused', (value, message) => {
  expect(() => decode(value)).toThrow(message);
});
