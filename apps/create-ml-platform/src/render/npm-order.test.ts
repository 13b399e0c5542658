import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareAsNpm } from './npm-order.ts';

const collator = new Intl.Collator('en');

test.each([
  ["the characters of packages' names", fc.stringMatching(/^[\w,.@/-]{0,12}$/)],
  ['any text', fc.string({ maxLength: 6 })],
])('%s sort as the real collation sorts them', (_, text) => {
  fc.assert(
    fc.property(text, text, (a, b) => {
      expect(Math.sign(compareAsNpm(a, b))).toBe(Math.sign(collator.compare(a, b)));
    }),
    { numRuns: 5000 },
  );
});
