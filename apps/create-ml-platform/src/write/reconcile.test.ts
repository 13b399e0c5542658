import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Tree } from '../template/template.ts';
import { textOf } from '../testing/fixture-template.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { joinLines, reconcile } from './reconcile.ts';

const ours: Tree = new Map(
  Object.entries({
    'README.md': '# acme\n\nOur text.\n',
    '.gitignore': 'dist/\n',
    '.gitattributes': '* text=auto\n',
  }).map(([path, text]) => [path, { content: Buffer.from(text), executable: false }]),
);

function into(files: Record<string, string>): Tree {
  const folder = temporaryFolder();
  for (const [path, text] of Object.entries(files)) writeFileSync(join(folder, path), text);
  return reconcile(ours, folder, Object.keys(files));
}

test('an empty folder changes nothing', () => {
  expect(into({})).toEqual(ours);
});

test('ignored and attributed files are those of both, theirs last', () => {
  const merged = into({ '.gitignore': 'dist/\r\n\r\n*.log\r\n', '.gitattributes': '*.png binary\n' });
  expect(textOf(merged, '.gitignore')).toBe('dist/\n\n*.log\n');
  expect(textOf(merged, '.gitattributes')).toBe('* text=auto\n\n*.png binary\n');
  expect(joinLines('a\n', 'a\n')).toBe('a\n');
});

test("a README of a title and a line becomes our README's head", () => {
  expect(textOf(into({ 'README.md': '# Acme\nFlights of the future' }), 'README.md')).toBe(
    '# Acme\nFlights of the future\n\nOur text.\n',
  );
  expect(textOf(into({ 'README.md': '\n' }), 'README.md')).toBe('# acme\n\nOur text.\n');
});

test('a README that says more stays; ours goes beside it', () => {
  const merged = into({ 'README.md': '# Acme\n\nOne.\n\nTwo.\n' });
  expect(merged.has('README.md')).toBe(false);
  expect(textOf(merged, 'PLATFORM.md')).toBe('# acme\n\nOur text.\n');
});

test('a README of another spelling is the same file', () => {
  const merged = into({ 'readme.md': '# Acme\n' });
  expect(merged.has('README.md')).toBe(false);
  expect(textOf(merged, 'readme.md')).toBe('# Acme\n\nOur text.\n');
});
