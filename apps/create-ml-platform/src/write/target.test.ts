import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkIsFresh, inspectTarget } from './target.ts';

test('nothing and an empty folder are replaced as a whole', () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'empty'));
  for (const name of ['nothing', 'empty']) {
    expect(inspectTarget(cwd, name)).toEqual({ kind: 'whole', parent: cwd, path: join(cwd, name) });
  }
});

test('the folder we stand in, a link and a clone are filled', () => {
  const cwd = temporaryFolder();
  expect(inspectTarget(cwd, '.')).toEqual({ kind: 'inPlace', path: cwd, existing: [] });
  mkdirSync(join(cwd, 'clone/.git'), { recursive: true });
  expect(inspectTarget(cwd, 'clone')).toEqual({ kind: 'inPlace', path: join(cwd, 'clone'), existing: ['.git'] });
  mkdirSync(join(cwd, 'real'));
  symlinkSync('real', join(cwd, 'link'));
  expect(inspectTarget(cwd, 'link')).toEqual({ kind: 'inPlace', path: join(cwd, 'real'), existing: [] });
});

test('a file is refused, and so is a link that leads nowhere', () => {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, 'file'), '');
  symlinkSync('gone', join(cwd, 'dangling'));
  expect(() => inspectTarget(cwd, 'file')).toThrow(/file exists and isn't a folder/);
  expect(() => inspectTarget(cwd, 'dangling')).toThrow(/isn't a folder/);
});

test('a fresh clone passes; other files are named', () => {
  const clone = [
    '.git',
    '.gitignore',
    '.gitattributes',
    'README.md',
    'LICENSE',
    'license.txt',
    '.acme.tmp-12',
    '.acme.placing',
  ];
  expect(() => checkIsFresh('acme', 'acme', clone)).not.toThrow();
  expect(() => checkIsFresh('acme', 'acme', ['a', 'b', 'c', 'd'])).toThrow(
    /acme has files in it: a, b, c and 1 more; expected/,
  );
  expect(() => checkIsFresh('acme', 'acme', ['platform.json'])).toThrow(/already holds a project/);
});
