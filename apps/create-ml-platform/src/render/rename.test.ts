import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nameOffsets, renameBytes, renameText } from './rename.ts';

test.each([
  ["import { x } from '@ml-platform/errors';", "import { x } from '@acme/errors';"],
  ['node_modules/@ml-platform/errors', 'node_modules/@acme/errors'],
  ["const SCOPE = '@ml-platform';", "const SCOPE = '@acme';"],
  ['/^@ml-platform\\//', '/^@acme\\//'],
  ['"name": "ml-platform",', '"name": "acme",'],
  ['docker run ml-platform/model-server:dev', 'docker run acme/model-server:dev'],
  ['This is ml-platform.', 'This is acme.'],
])('%s becomes %s', (before, after) => {
  expect(renameText(before, 'acme')).toBe(after);
});

test.each([
  'npx create-ml-platform update',
  '@ml-platform-tools/x',
  'team@ml-platform.example',
  'the ml-platforms of others',
  'https://github.com/someone/ml-platform',
  'ml-platform.example.com',
  'ml_platform',
  '"@nx/ml-platform"',
])('%s stays', (text) => {
  expect(renameText(text, 'acme')).toBe(text);
  expect(nameOffsets(text)).toEqual([]);
});

test('renaming back gives the same text', () => {
  const name = fc.stringMatching(/^zz[a-z]{1,30}$/);
  const piece = fc.constantFrom(
    '@ml-platform/',
    'ml-platform',
    'create-ml-platform',
    "'",
    ' ',
    '\n',
    'errors',
    '.',
    '/',
  );
  fc.assert(
    fc.property(name, fc.array(piece), (to, pieces) => {
      const text = pieces.join('');
      const renamed = renameText(text, to);
      expect(nameOffsets(renamed)).toEqual([]);
      expect(renamed.replaceAll(to, 'ml-platform')).toBe(text);
    }),
  );
});

test('renaming bytes by their offsets gives what renaming the text gives', () => {
  const piece = fc.constantFrom(
    '@ml-platform/',
    'ml-platform',
    'create-ml-platform',
    ' ',
    '\n',
    "'",
    'é',
    '😀',
    '.',
    '/',
    '@',
  );
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,39}$/);
  fc.assert(
    fc.property(name, fc.array(piece), (to, pieces) => {
      const text = pieces.join('');
      const bytes = renameBytes(Buffer.from(text), nameOffsets(text), to);
      expect(Buffer.from(bytes).toString()).toBe(renameText(text, to));
    }),
  );
});
