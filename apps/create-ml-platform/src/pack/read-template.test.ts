import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readTemplate } from './read-template.ts';

function repositoryOf(files: Record<string, string>): string {
  const folder = temporaryFolder();
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

test('work in progress counts; what Git ignores and what is excluded does not', () => {
  const folder = repositoryOf({
    '.gitignore': 'dist/\n',
    'libs/errors/src/index.ts': "import '@ml-platform/errors';",
    'libs/errors/dist/index.js': '',
    'libs/errors/bin/run': '#!/bin/sh\n',
    'benchmarks/read.ts': '',
    'README.md': '',
    'templates/README.md': '# ml-platform',
  });
  chmodSync(join(folder, 'libs/errors/bin/run'), 0o755);
  const { files } = readTemplate(folder, '1.2.3');
  expect(files.map(({ path, owner, executable, names }) => [path, owner, executable, names])).toEqual([
    ['.gitignore', 'base', false, []],
    ['libs/errors/bin/run', 'base', true, []],
    ['libs/errors/src/index.ts', 'base', false, [9]],
    ['templates/README.md', 'templates', false, [2]],
  ]);
});

test('a file that no feature covers is refused', () => {
  const folder = repositoryOf({ 'apps/unheard-of/index.ts': '' });
  const message = "apps/unheard-of/index.ts belongs to no feature and isn't excluded either";
  expect(() => readTemplate(folder, '1.2.3')).toThrow(expect.objectContaining({ code: 'config', message }));
});

test('a lock file that npm did not write is refused', () => {
  const folder = repositoryOf({ 'package.json': '{}', 'package-lock.json': '{"packages":{}}' });
  const message = 'package-lock.json is not laid out as npm writes it';
  expect(() => readTemplate(folder, '1.2.3')).toThrow(expect.objectContaining({ code: 'config', message }));
});

test('a link is refused', () => {
  const folder = repositoryOf({ 'libs/errors/a.ts': '' });
  symlinkSync('a.ts', join(folder, 'libs/errors/b.ts'));
  expect(() => readTemplate(folder, '1.2.3')).toThrow(/libs\/errors\/b.ts is a link/);
});
