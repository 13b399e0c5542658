import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openPlacing, placeInto, placeWhole, resumePlacing } from './place.ts';
import { placingName, temporaryName } from './temporary-folder.ts';

// Above what Linux gives out (4194304): no process has it.
const DEAD = 5_000_000;
const ENTRIES = ['.git', 'README.md', 'apps', 'package.json'];

test('a whole project goes where nothing or an empty folder is', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'empty'));
  for (const target of ['nothing', 'empty']) {
    mkdirSync(join(folder, 'made'));
    writeFileSync(join(folder, 'made/a.txt'), target);
    placeWhole(join(folder, 'made'), join(folder, target));
    expect(readFileSync(join(folder, target, 'a.txt'), 'utf8')).toBe(target);
  }
});

test.each(['folder', 'file'])('a %s that appeared meanwhile is not replaced', (kind) => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'made'));
  if (kind === 'folder') mkdirSync(join(folder, 'target'));
  writeFileSync(join(folder, kind === 'folder' ? 'target/theirs.txt' : 'target'), 'theirs');
  expect(() => placeWhole(join(folder, 'made'), join(folder, 'target'))).toThrow(
    expect.objectContaining({ code: 'busy' }),
  );
  expect(readFileSync(join(folder, kind === 'folder' ? 'target/theirs.txt' : 'target'), 'utf8')).toBe('theirs');
});

test('into a folder: every entry arrives and nothing else stays', () => {
  const folder = temporaryFolder();
  const temporary = makeProject(folder, process.pid);
  placeInto(temporary, 'acme');
  expect(readdirSync(folder).sort()).toEqual(ENTRIES);
});

test.each([0, 1, 2, 3, 4])('killed after %d of 4 entries had moved: the next run finishes', (moved) => {
  const folder = temporaryFolder();
  const placing = join(folder, placingName('acme'));
  renameSync(makeProject(folder, DEAD), placing);
  for (const entry of ENTRIES.slice(0, moved)) renameSync(join(placing, 'tree', entry), join(folder, entry));
  expect(resumePlacing(folder, 'acme')).toBe('request');
  expect(readdirSync(folder).sort()).toEqual(ENTRIES);
  expect(resumePlacing(folder, 'acme')).toBeUndefined();
});

test('while another process moves its project in, a second one is told to wait', () => {
  const folder = temporaryFolder();
  renameSync(makeProject(folder, process.ppid), join(folder, placingName('acme')));
  expect(() => resumePlacing(folder, 'acme')).toThrow(expect.objectContaining({ code: 'busy' }));
  const second = makeProject(folder, process.pid);
  expect(() => placeInto(second, 'acme')).toThrow(expect.objectContaining({ code: 'busy' }));
  expect(existsSync(join(folder, 'package.json'))).toBe(false);
});

function makeProject(folder: string, pid: number): string {
  const temporary = join(folder, temporaryName('acme', pid));
  const tree = openPlacing(temporary, { pid, request: 'request' });
  for (const entry of ENTRIES) writeFileSync(join(tree, entry), entry);
  return temporary;
}
