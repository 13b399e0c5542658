import { expect, test } from 'vitest';
import { printJson } from './json.ts';

test('objects are open; an array is on one line when it fits', () => {
  const value = { name: 'x', list: ['a', 'b'], empty: [], none: {}, nested: [{ a: [1] }] };
  expect(printJson(value)).toBe(
    '{\n  "name": "x",\n  "list": ["a", "b"],\n  "empty": [],\n  "none": {},\n  "nested": [\n    {\n      "a": [1]\n    }\n  ]\n}\n',
  );
});

test('an array that is too wide is broken', () => {
  const list = ['x'.repeat(60), 'y'.repeat(60)];
  expect(printJson({ list })).toContain(`"list": [\n    "${list[0]}",\n`);
});
