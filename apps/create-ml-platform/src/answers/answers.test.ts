import { expect, test } from 'vitest';
import { parseAnswers, resolveAnswers } from './answers.ts';

test('what was not asked has a default', () => {
  const defaults = { example: 'flight-delays', clouds: [], ci: ['github'] };
  expect(resolveAnswers({ name: 'acme' })).toEqual({ name: 'acme', ...defaults });
  expect(parseAnswers('{"name":"acme"}')).toEqual(resolveAnswers({ name: 'acme' }));
});

test('none is an answer to any question', () => {
  const answers = { name: 'acme', example: 'none', clouds: ['none'], ci: ['none'] };
  expect(resolveAnswers(answers)).toEqual({ name: 'acme', example: 'none', clouds: [], ci: [] });
});

test.each([
  [{ clouds: ['awss'] }, "unknown cloud 'awss': this version has aws", 'did you mean --clouds aws?'],
  [
    { ci: ['jenkins'] },
    "unknown CI system 'jenkins': this version has github, azure-devops",
    'leave out --ci, or pass --ci none',
  ],
  [
    { example: 'flight-delay' },
    "unknown example 'flight-delay': this version has flight-delays",
    'did you mean --example flight-delays?',
  ],
])('%j is refused', (given, message, hint) => {
  const attempt = () => resolveAnswers({ name: 'acme', ...given });
  expect(attempt).toThrow(expect.objectContaining({ message, hint, code: 'usage' }));
});

test.each([
  ['{', /not JSON/],
  ['[]', /not a JSON object/],
  ['{"name":"acme","cloud":"aws"}', /unknown answer 'cloud'/],
  ['{"name":1}', /answer 'name' is 1, expected a string/],
  ['{"name":"acme","clouds":"aws"}', /expected a list of strings/],
  ['{}', /the name '' is empty/],
])('answers %s are refused', (text, message) => {
  expect(() => parseAnswers(text)).toThrow(message);
});
