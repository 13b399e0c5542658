import fc from 'fast-check';
import { expect, test } from 'vitest';
import { earlier, writtenAs } from './moment-text.ts';

test.each([
  ['2024-05-01 10:00:00.123456+00', 60_000, '2024-05-01 09:59:00.123+00'],
  ['2024-05-01T00:00:00Z', 1, '2024-04-30T23:59:59.999Z'],
  ['2024-05-01 10:00:00', 1000, '2024-05-01 09:59:59.000'],
  ['2024-05-01', 1000, '2024-04-30 23:59:59.000'],
  ['infinity', 1000, undefined],
  ['7', 1, undefined],
])('%s less %d ms is %s', (text, milliseconds, expected) => expect(earlier(text, milliseconds)).toBe(expected));

test('of two moments written alike, the earlier one is the smaller text', () => {
  const moment = fc.date({ min: new Date('1970-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  const pattern = fc.constantFrom('2024-05-01 10:00:00+00', '2024-05-01T10:00:00.5Z', '2024-05-01 10:00');
  fc.assert(
    fc.property(moment, moment, pattern, (one, other, like) => {
      expect(writtenAs(one, like) < writtenAs(other, like)).toBe(one < other);
      expect(earlier(writtenAs(one, like), 0)).toBe(writtenAs(one, like));
    }),
  );
});
