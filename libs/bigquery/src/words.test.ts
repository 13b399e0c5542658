import { expect, test } from 'vitest';
import { bytes, seconds } from './words.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [52_428_800, '52.4 MB'],
  [3e18, '3000.0 PB'],
])('%d bytes', (count, text) => {
  expect(bytes(count)).toBe(text);
});

test('a time is told where both of its ends are known', () => {
  expect(seconds({ startTime: 1000, endTime: 4250 })).toBe(', 3.3 s');
  expect(seconds({ startTime: 1000 })).toBe('');
});
