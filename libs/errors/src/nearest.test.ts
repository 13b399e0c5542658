import fc from 'fast-check';
import { expect, test } from 'vitest';
import { editDistance, nearest, suggest } from './nearest.ts';

test('the nearest word wins, a far one is no suggestion', () => {
  expect(nearest('no-instal', ['no-install', 'no-git'])).toBe('no-install');
  expect(nearest('xyz', ['no-install', 'no-git'])).toBeUndefined();
});

test('a hint names what was probably meant, else all there is', () => {
  expect(suggest('trian', ['train', 'test'], 'steps')).toBe("did you mean 'train'?");
  expect(suggest('deploy', ['train', 'test'], 'steps')).toBe('steps: train, test');
  expect(suggest('deploy', [], 'steps')).toBe('steps: none');
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
