import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest } from './nearest.ts';

test('the nearest word wins, a far one is no suggestion', () => {
  expect(nearest('no-instal', ['no-install', 'no-git'])).toBe('no-install');
  expect(nearest('xyz', ['no-install', 'no-git'])).toBeUndefined();
});

test('the distance is a metric', () => {
  const word = fc.string({ maxLength: 8 });
  fc.assert(
    fc.property(word, word, word, (a, b, c) => {
      expect(editDistance(a, a)).toBe(0);
      expect(editDistance(a, b)).toBe(editDistance(b, a));
      expect(editDistance(a, c)).toBeLessThanOrEqual(editDistance(a, b) + editDistance(b, c));
    }),
  );
});
