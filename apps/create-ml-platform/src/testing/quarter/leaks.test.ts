import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leaksIn } from './leaks.ts';

const SECRET = 'p/4+ "ü"~pass=word';
const leaks = (text: string) => leaksIn(text, { password: SECRET });

test.each([
  ['plain', `it is ${SECRET}.`],
  ['escaped', JSON.stringify({ password: SECRET })],
  ['URL-encoded', `https://ada:${encodeURIComponent(SECRET)}@localhost`],
  ['URL-encoded', encodeURIComponent(SECRET).toLowerCase()],
  ['URL-encoded', new URLSearchParams({ password: SECRET }).toString()],
])('%s', (form, text) => {
  expect(leaks(text)).toEqual([`password, ${form}`]);
});

test('base64, wherever it begins, in both alphabets', () => {
  const around = fc.tuple(fc.string(), fc.string(), fc.constantFrom('base64', 'base64url'));
  fc.assert(
    fc.property(around, ([before, after, alphabet]) => {
      const text = Buffer.from(before + SECRET + after).toString(alphabet as BufferEncoding);
      expect(leaks(text)).toEqual(['password, base64']);
    }),
  );
});

test('what is no secret is none', () => {
  expect(leaks('p/4 pass word, cGFzcw==')).toEqual([]);
});
