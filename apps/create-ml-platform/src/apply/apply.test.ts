import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Tree } from '../template/template.ts';
import { writeTree } from '../write/write-tree.ts';
import { apply } from './apply.ts';

const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';

let repository: string;

beforeEach(() => {
  repository = mkdtempSync(join(tmpdir(), 'apply-'));
  git('init', '--quiet', '-b', 'main');
  git('config', 'user.name', 'Team');
  git('config', 'user.email', 'team@example.com');
});

afterEach(() => rmSync(repository, { recursive: true, force: true }));

test('a clean merge keeps what the team edited and brings what the template changed', () => {
  const base = tree({ 'a.txt': LINES, 'same.txt': 'same\n' });
  start(base);
  edit('a.txt', LINES.replace('one', 'ONE'));
  edit('own.txt', 'ours\n');
  commit();
  const merged = apply(repository, {
    base,
    theirs: tree({ 'a.txt': LINES.replace('seven', 'SEVEN'), 'new/b.txt': 'b\n', 'same.txt': 'same\n' }),
  });
  expect(merged).toMatchObject({ conflicts: [], keptDeleted: [] });
  expect(read('a.txt')).toBe(LINES.replace('one', 'ONE').replace('seven', 'SEVEN'));
  expect(read('new/b.txt')).toBe('b\n');
  expect(read('own.txt')).toBe('ours\n');
  expect(git('status', '--porcelain')).toBe('M  a.txt\nA  new/b.txt\n');
});

test('an unchanged template changes nothing', () => {
  const base = tree({ 'a.txt': LINES });
  start(base);
  apply(repository, { base, theirs: base });
  expect(git('status', '--porcelain')).toBe('');
});

test('a conflict is listed and shows as an ordinary one', () => {
  const base = tree({ 'a.txt': LINES });
  start(base);
  edit('a.txt', LINES.replace('four', 'ours'));
  commit();
  const { conflicts } = apply(repository, { base, theirs: tree({ 'a.txt': LINES.replace('four', 'theirs') }) });
  expect(conflicts.map(({ path }) => path)).toEqual(['a.txt']);
  expect(read('a.txt')).toMatch(/<<<<<<< .*\nours\n=======\ntheirs\n>>>>>>> /);
  expect(git('status', '--porcelain')).toBe('UU a.txt\n');
  expect(git('show', ':2:a.txt')).toContain('ours');
});

test('a file that both added differently is a conflict', () => {
  const base = tree({ 'a.txt': 'a\n' });
  start(base);
  edit('b.txt', 'ours\n');
  commit();
  apply(repository, { base, theirs: tree({ 'a.txt': 'a\n', 'b.txt': 'theirs\n' }) });
  expect(git('status', '--porcelain')).toBe('AA b.txt\n');
});

test('JSON that both changed merges key by key, where lines alone would conflict', () => {
  const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;
  const base = tree({ 'package.json': json({ scripts: { test: 'a' } }) });
  start(base);
  edit('package.json', json({ scripts: { test: 'a', own: 'x' } }));
  commit();
  const theirs = tree({ 'package.json': json({ scripts: { test: 'a', added: 'y' } }) });
  expect(apply(repository, { base, theirs })).toMatchObject({ conflicts: [], keptDeleted: [] });
  expect(JSON.parse(read('package.json'))).toEqual({ scripts: { test: 'a', own: 'x', added: 'y' } });
  expect(git('status', '--porcelain')).toBe('M  package.json\n');
});

test('what the team deleted stays deleted, and is reported when the template changed it', () => {
  const base = tree({ 'a.txt': LINES, 'b.txt': 'b\n', 'c.txt': 'c\n' });
  start(base);
  rmSync(join(repository, 'a.txt'));
  rmSync(join(repository, 'b.txt'));
  commit();
  const theirs = tree({ 'a.txt': LINES.replace('one', '1'), 'b.txt': 'b\n', 'c.txt': 'new\n' });
  const merged = apply(repository, { base, theirs });
  expect(merged).toMatchObject({ conflicts: [], keptDeleted: ['a.txt'] });
  expect(existsSync(join(repository, 'a.txt'))).toBe(false);
  expect(git('status', '--porcelain')).toBe('M  c.txt\n');
});

test('a file that the template dropped goes, unless the team had edited it', () => {
  const base = tree({ 'a.txt': LINES, 'b.txt': 'b\n', 'c.txt': 'c\n' });
  start(base);
  edit('a.txt', `${LINES}ours\n`);
  commit();
  const { conflicts } = apply(repository, { base, theirs: tree({ 'c.txt': 'c\n' }) });
  expect(conflicts.map(({ path }) => path)).toEqual(['a.txt']);
  expect(read('a.txt')).toBe(`${LINES}ours\n`);
  expect(existsSync(join(repository, 'b.txt'))).toBe(false);
});

test('a change of mode arrives', () => {
  const base = tree({ 'run.sh': LINES });
  start(base);
  apply(repository, { base, theirs: new Map([['run.sh', { content: Buffer.from(LINES), executable: true }]]) });
  expect(statSync(join(repository, 'run.sh')).mode & 0o100).toBe(0o100);
});

test('the mode that the team gave stays', () => {
  const base = tree({ 'run.sh': LINES });
  start(base);
  chmodSync(join(repository, 'run.sh'), 0o755);
  commit();
  apply(repository, { base, theirs: tree({ 'run.sh': `${LINES}more\n` }) });
  expect(statSync(join(repository, 'run.sh')).mode & 0o100).toBe(0o100);
  expect(read('run.sh')).toBe(`${LINES}more\n`);
});

test("the template's change follows a file that the team renamed", () => {
  const base = tree({ 'a.txt': LINES });
  start(base);
  renameSync(join(repository, 'a.txt'), join(repository, 'moved.txt'));
  commit();
  apply(repository, { base, theirs: tree({ 'a.txt': LINES.replace('one', '1') }) });
  expect(read('moved.txt')).toBe(LINES.replace('one', '1'));
  expect(existsSync(join(repository, 'a.txt'))).toBe(false);
});

test('binary files survive byte for byte', () => {
  const content = Buffer.from([0, 255, 13, 10, 0, 1]);
  start(tree({ 'a.txt': 'a\n' }));
  const theirs: Tree = new Map([...tree({ 'a.txt': 'a\n' }), ['logo.png', { content, executable: false }]]);
  apply(repository, { base: tree({ 'a.txt': 'a\n' }), theirs });
  expect(readFileSync(join(repository, 'logo.png'))).toEqual(content);
});

test('uncommitted changes are refused before anything is touched', () => {
  const base = tree({ 'a.txt': LINES });
  start(base);
  edit('a.txt', 'edited\n');
  expect(() => apply(repository, { base, theirs: tree({ 'a.txt': 'new\n' }) })).toThrow(
    /1 uncommitted changes, for example a.txt/,
  );
  expect(read('a.txt')).toBe('edited\n');
});

test('a file that was only touched is no change', () => {
  const base = tree({ 'a.txt': LINES });
  start(base);
  utimesSync(join(repository, 'a.txt'), 1, 1);
  apply(repository, { base, theirs: tree({ 'a.txt': 'new\n' }) });
  expect(read('a.txt')).toBe('new\n');
});

test('a file where the template has a folder now, and the other way round, change places', () => {
  const base = tree({ a: 'a\n', 'b/c.txt': 'c\n' });
  start(base);
  apply(repository, { base, theirs: tree({ 'a/d.txt': 'd\n', b: 'b\n' }) });
  expect([read('a/d.txt'), read('b')]).toEqual(['d\n', 'b\n']);
});

test('an ignored file in the way is not overwritten', () => {
  const base = tree({ '.gitignore': '/notes.txt\n' });
  start(base);
  edit('notes.txt', 'mine\n');
  const theirs = tree({ '.gitignore': '\n', 'notes.txt': 'new\n' });
  expect(() => apply(repository, { base, theirs })).toThrow(/notes.txt/);
  expect(read('notes.txt')).toBe('mine\n');
  expect(git('status', '--porcelain')).toBe('');
});

function tree(files: Record<string, string>): Tree {
  return new Map(
    Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), executable: false }]),
  );
}

function start(base: Tree): void {
  writeTree(repository, base);
  commit();
}

function commit(): void {
  git('add', '--all');
  git('commit', '--quiet', '-m', 'change');
}

function edit(path: string, text: string): void {
  mkdirSync(dirname(join(repository, path)), { recursive: true });
  writeFileSync(join(repository, path), text);
}

function read(path: string): string {
  return readFileSync(join(repository, path), 'utf8');
}

function git(...args: string[]): string {
  return execFileSync('git', args, { cwd: repository, encoding: 'utf8' });
}
