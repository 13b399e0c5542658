import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printJson } from '../render/json.ts';
import { mergeJsonTexts } from './merge-json.ts';

function merge(base: object, ours: object, theirs: object): unknown {
  const merged = mergeJsonTexts(
    ...([base, ours, theirs].map((side) => JSON.stringify(side)) as [string, string, string]),
  );
  return merged === undefined ? 'conflict' : JSON.parse(merged);
}

test('each side keeps the keys that it added, changed and removed', () => {
  const base = { scripts: { test: 'a', lint: 'b', old: 'c' }, kept: 1 };
  const ours = { scripts: { test: 'a', lint: 'ours', own: 'd' }, kept: 1 };
  const theirs = { scripts: { test: 'theirs', lint: 'b', old: 'c' }, kept: 1, added: true };
  expect(merge(base, ours, theirs)).toEqual({
    scripts: { test: 'theirs', lint: 'ours', own: 'd' },
    kept: 1,
    added: true,
  });
});

test.each([
  [{ a: 1 }, { a: 2 }, { a: 3 }],
  [{ a: [1] }, { a: [1, 2] }, { a: [1, 3] }],
  [{ a: { b: 1 } }, {}, { a: { b: 2 } }],
  [{}, { a: 1 }, { a: 2 }],
])('%j with %j and %j is a conflict', (base, ours, theirs) => {
  expect(merge(base, ours, theirs)).toBe('conflict');
});

test('what is no JSON is left to Git', () => {
  expect(mergeJsonTexts('{}', '{ // ours\n}', '{}')).toBeUndefined();
});

test('for any document: a side that changed nothing gives way, and the sides can be swapped', () => {
  const document = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 2 }));
  fc.assert(
    fc.property(document, document, document, (base, ours, theirs) => {
      const texts = [base, ours, theirs].map((side) => JSON.stringify(side)) as [string, string, string];
      const [b, o, t] = texts;
      expect(mergeJsonTexts(b, o, b)).toBe(printJson(JSON.parse(o)));
      expect(mergeJsonTexts(b, b, t)).toBe(printJson(JSON.parse(t)));
      expect(merge(JSON.parse(b), JSON.parse(o), JSON.parse(t))).toEqual(
        merge(JSON.parse(b), JSON.parse(t), JSON.parse(o)),
      );
    }),
  );
});
