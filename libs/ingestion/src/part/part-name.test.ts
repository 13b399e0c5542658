import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partName } from './part-name.ts';

test('names are safe for every file system, and differ where starts do', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.string({ unit: 'binary', maxLength: 200 }),
      (one, other) => {
        expect(partName(one)).toMatch(/^part-[a-z\d._-]{1,93}$/);
        expect(partName(one).toLowerCase() === partName(other).toLowerCase()).toBe(one === other);
      },
    ),
  );
  const alike = ['A', 'a', 'a_', 'a b', 'a/b', 'a', '', '2024-05-01 10:00:00', '2024-05-01T10:00:00'];
  expect(new Set(alike.map(partName)).size).toBe(new Set(alike).size);
});

test('names tell where they begin, and sort as numbers of one length do', () => {
  expect(partName('0-000123')).toBe('part-0-000123');
  expect(partName('2024-05-01 10:00:00')).toMatch(/^part-2024-05-01_10_00_00_[\da-f]{12}$/);
});
