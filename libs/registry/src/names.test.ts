import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkAlias, checkModelName } from './names.ts';

test.each(['latest', 'default', 'v1', 'v20'])('%s is reserved', (name) => {
  expect(() => checkAlias(name)).toThrow(`the alias "${name}" is reserved`);
  expect(() => checkModelName(name)).toThrow(`the model name "${name}" is reserved`);
});

test.each(['', 'a', 'A-model', '1st', 'ends-', 'has space', 'a/b', '..', 'a'.repeat(64), 'line\nbreak', 'ab\n'])(
  'the model name %j is refused',
  (name) => {
    expect(() => checkModelName(name)).toThrow("doesn't fit: expected 2 to 63");
  },
);

test('whatever the pattern of the strictest store allows is accepted', () => {
  const alias = fc
    .stringMatching(/^[a-z][a-z0-9-]{0,126}[a-z0-9]$/)
    .filter((name) => !/^(latest|default|v\d+)$/.test(name));
  fc.assert(
    fc.property(alias, (name) => {
      expect(() => checkAlias(name)).not.toThrow();
    }),
  );
});
