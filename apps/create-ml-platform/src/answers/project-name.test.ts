import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkProjectName, problemWith, suggestName } from './project-name.ts';

test.each(['acme', 'a', 'churn-model', 'team2-ml', 'a'.repeat(40)])('%s is valid', (name) => {
  expect(problemWith(name)).toBeUndefined();
});

test.each([
  ['../x', /is a path/, 'x'],
  ['a\\b', /is a path/, 'a-b'],
  ['-x', /beginning with a letter/, 'x'],
  ['con', /device on Windows/, 'con-ml'],
  ['lpt1', /device on Windows/, 'lpt1-ml'],
  ['Ünï', /lower-case letters/, 'uni'],
  ['fs', /module of Node/, 'fs-ml'],
  ['node_modules', /npm's own folder/, 'node-modules'],
  ['Acme', /lower-case letters/, 'acme'],
  ['MyPlatform', /lower-case letters/, 'my-platform'],
  ['a_b', /lower-case letters/, 'a-b'],
  ['a--b', /single hyphens/, 'a-b'],
  ['2fast', /beginning with a letter/, 'fast'],
])('%s is refused, and what was meant is offered', (name, problem, suggestion) => {
  expect(() => checkProjectName(name)).toThrow(problem);
  expect(() => checkProjectName(name)).toThrow(expect.objectContaining({ code: 'usage', hint: `try '${suggestion}'` }));
});

test('a name that is too long is not printed in full', () => {
  expect(() => checkProjectName('a'.repeat(300))).toThrow(
    `'${'a'.repeat(40)}…' has 300 letters: at most 40 are allowed`,
  );
});

test('where nothing is left to suggest, the hint is an example', () => {
  expect(() => checkProjectName('日本')).toThrow(expect.objectContaining({ hint: expect.stringContaining('acme') }));
});

test('whatever is suggested is valid', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (typed) => {
      const suggestion = suggestName(typed);
      if (suggestion !== undefined) expect(problemWith(suggestion)).toBeUndefined();
    }),
  );
});
