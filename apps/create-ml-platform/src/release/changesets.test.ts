import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { readChangesets } from './changesets.ts';

const OURS = '"@ml-platform/create-ml-platform"';
const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

function read(text: string): string[] {
  const folder = temporaryFolder();
  mkdirSync(join(folder, '.changeset'));
  writeFileSync(join(folder, '.changeset/README.md'), '# Changesets\n');
  writeFileSync(join(folder, '.changeset/two-red-hens.md'), text);
  return readChangesets(folder);
}

test('those that wait here can be read', () => {
  expect(readChangesets(REPOSITORY)).toEqual(expect.any(Array));
});

test.each(['.changeset', 'templates/changeset'])('with %s, the formatter leaves them alone', (source) => {
  const folder = temporaryFolder();
  const changeset = join(folder, '.changeset/two-red-hens.md');
  // It would take their head for a heading.
  const text = `---\n${OURS}: minor\n---\n\nBetter.\n`;
  for (const file of ['biome.json', '.gitignore']) cpSync(join(REPOSITORY, file), join(folder, file));
  cpSync(join(REPOSITORY, source), join(folder, '.changeset'), { recursive: true });
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  writeFileSync(changeset, text);
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  execFileSync(join(REPOSITORY, 'node_modules/.bin/biome'), ['check', '--write', '.'], { cwd: folder, stdio: 'pipe' });
  expect(readFileSync(changeset, 'utf8')).toBe(text);
});

test.each([`---\n${OURS}: minor\n---\n\nBetter.\n`, '---\n---\n', '---\n---'])('%j is a changeset', (text) => {
  expect(read(text)).toEqual(['.changeset/two-red-hens.md']);
});

test.each([
  ['Better.\n', 'has no lines between --- and ---'],
  [`---\n${OURS}: minor\n---\n`, 'says nothing for the changelog'],
  [`---\n${OURS}: huge\n---\n\nBetter.\n`, "'huge' is no bump"],
  ['---\n"@ml-platform/errors": patch\n---\n\nBetter.\n', '@ml-platform/errors is not released from here'],
  ['---\nBetter.\n---\n', 'has no package and bump between --- and ---'],
])('%j is none', (text, message) => {
  const expected = expect.objectContaining({ code: 'config', message: `.changeset/two-red-hens.md: ${message}` });
  expect(() => read(text)).toThrow(expected);
});

test('a head that is no YAML is refused, and its place is named', () => {
  expect(() => read('---\n"a: minor\n---\n\nBetter.\n')).toThrow(
    /two-red-hens\.md: Missing closing "quote at line \d+, column 1:$/,
  );
});
