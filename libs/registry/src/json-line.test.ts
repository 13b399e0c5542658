import fc from 'fast-check';
import { expect, test } from 'vitest';
import { lineOfPath } from './json-line.ts';

test('finds keys and list items', () => {
  const text = '{\n  "a": 1,\n  "b": [\n    { "c": "}]," },\n    { "c": 2 }\n  ]\n}';
  expect(lineOfPath(text, [])).toBe(1);
  expect(lineOfPath(text, ['a'])).toBe(2);
  expect(lineOfPath(text, ['b', 1, 'c'])).toBe(5);
});

test('a missing key points at the object that lacks it', () => {
  expect(lineOfPath('{\n  "a": {\n    "b": 1 }\n}', ['a', 'x', 'y'])).toBe(2);
  expect(lineOfPath('[\n1]', [0, 'x'])).toBe(2);
});

test('every value of any document is found on the line that holds it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      const text = JSON.stringify(value, null, 2);
      for (const [path, leaf] of leaves(JSON.parse(text))) {
        const line = text.split('\n')[lineOfPath(text, path) - 1];
        expect(line?.endsWith(JSON.stringify(leaf)) || line?.endsWith(`${JSON.stringify(leaf)},`)).toBe(true);
      }
    }),
  );
});

function* leaves(value: unknown, path: readonly PropertyKey[] = []): Generator<[readonly PropertyKey[], unknown]> {
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(Object(value));
  if (typeof value !== 'object' || value === null) yield [path, value];
  else for (const [key, child] of entries) yield* leaves(child, [...path, key]);
}
