import { copyFileSync, linkSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { apply } from '../apply/apply.ts';
import { fixtureTemplate } from '../testing/fixture-template.ts';
import { contents } from '../testing/packed-command.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';
import type { Tree } from '../template/template.ts';
import { abort } from './abort.ts';
import { openWorkTree } from './project.ts';
import { openIdleProject } from './under-way.ts';

const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const FILES = {
  '.gitignore': '*.log\n',
  'docs/a.md': LINES,
  'docs/dropped.md': 'dropped\n',
  'libs/errors/b': 'was a file\n',
  'docs/kept.md': 'kept\n',
};
const NEXT = {
  ...FILES,
  'docs/a.md': LINES.replace('four', 'theirs'),
  'docs/new/c.md': 'new\n',
  'libs/errors/b/d.md': 'now a folder\n',
};

/** A project with an update that is placed: a conflict, new files, a file that is a folder now. */
function updated(): { project: TeamProject; before: Map<string, string>; index: string } {
  const project = teamProject(fixtureTemplate(FILES));
  project.edit('docs/a.md', LINES.replace('four', 'ours'));
  project.commit();
  project.edit('debug.log', 'ignored\n');
  project.git('status');
  const before = contents(project.folder);
  const index = project.git('ls-files', '--stage', '-v');
  const { 'docs/dropped.md': _, 'libs/errors/b': __, ...theirs } = NEXT;
  apply(project.folder, { base: treeOf(FILES), theirs: treeOf(theirs) }, { about: 'update to 0.2.0' });
  return { project, before, index };
}

function treeOf(files: Record<string, string>): Tree {
  return new Map(
    Object.entries(files).map(([path, text]) => [path, { content: Buffer.from(text), executable: false }]),
  );
}

test('tree and index are as they were before, byte for byte', () => {
  const { project, before, index } = updated();
  expect(project.status()).toEqual([
    'UU docs/a.md',
    'D  docs/dropped.md',
    'A  docs/new/c.md',
    'D  libs/errors/b',
    'A  libs/errors/b/d.md',
  ]);
  expect(abort(openWorkTree(project.folder))).toBe('update to 0.2.0');
  expect(contents(project.folder)).toEqual(before);
  expect(project.status()).toEqual([]);
  expect(project.git('ls-files', '--stage', '-v')).toBe(index);
  expect(project.has('docs/new')).toBe(false);
  expect(project.has('.git/ml-platform-update')).toBe(false);
  expect(project.has('.git/index.lock')).toBe(false);
});

test('half resolved, with files of the team beside it: only what the update brought goes', () => {
  const { project, before } = updated();
  project.edit('docs/a.md', 'resolved\n');
  project.git('add', 'docs/a.md');
  project.edit('docs/new/c.md', 'edited\n');
  project.edit('docs/new/own.md', 'mine\n');
  project.edit('staged.md', 'mine too\n');
  project.git('add', 'staged.md');
  project.edit('docs/kept.md', 'edited since\n');
  abort(openWorkTree(project.folder));
  expect(project.status()).toEqual([' M docs/kept.md', '?? docs/new/', '?? staged.md']);
  const own = { 'docs/new/own.md': 'mine\n', 'staged.md': 'mine too\n', 'docs/kept.md': 'edited since\n' };
  const expected = new Map([...before, ...Object.entries(own).map(([path, text]) => [path, btoa(text)] as const)]);
  expect(new Map([...contents(project.folder)].sort())).toEqual(new Map([...expected].sort()));
});

test('a folder of the team where a file has to go back is not removed', () => {
  const { project } = updated();
  project.edit('libs/errors/b/own.md', 'mine\n');
  expect(() => abort(openWorkTree(project.folder))).toThrow(/libs\/errors\/b is a folder with files in it/);
  expect(project.read('libs/errors/b/own.md')).toBe('mine\n');
  project.remove('libs/errors/b/own.md');
  abort(openWorkTree(project.folder));
  expect(project.status()).toEqual([]);
});

test('without an update there is nothing to abort', () => {
  const project = teamProject(fixtureTemplate(FILES));
  expect(() => abort(openWorkTree(project.folder))).toThrow(
    expect.objectContaining({ message: 'no update is under way', code: 'usage' }),
  );
});

test.each([
  ['committed', (project: TeamProject) => project.commit()],
  ['undone by Git', (project: TeamProject) => project.git('reset', '--hard', '--quiet')],
])('an update that was %s is over', (_, end) => {
  const { project } = updated();
  expect(() => openIdleProject(project.folder)).toThrow(/update to 0.2.0 is under way: it waits for your commit/);
  end(project);
  const head = project.git('rev-parse', 'HEAD');
  expect(() => abort(openWorkTree(project.folder))).toThrow(/the update is over: it was committed, or undone/);
  expect(project.git('rev-parse', 'HEAD')).toBe(head);
  expect(project.has('.git/ml-platform-update')).toBe(false);
  expect(openIdleProject(project.folder).version).toBe('1.2.3');
});

test('while another process is at it, both wait', () => {
  const { project } = updated();
  const file = '.git/ml-platform-update/journal.json';
  project.edit(file, JSON.stringify({ ...JSON.parse(project.read(file)), pid: process.ppid }));
  const busy = expect.objectContaining({ code: 'busy' });
  expect(() => abort(openWorkTree(project.folder))).toThrow(busy);
  expect(() => openIdleProject(project.folder)).toThrow(busy);
});

test('killed between locking and placing the index: the lock is known as its own', () => {
  const { project, before } = updated();
  const git = join(project.folder, '.git');
  // As it was then: the finished index is the lock, the index still the one from before.
  linkSync(join(git, 'ml-platform-update/index'), join(git, 'index.lock'));
  rmSync(join(git, 'index'));
  copyFileSync(join(git, 'ml-platform-update/index.before'), join(git, 'index'));
  abort(openWorkTree(project.folder));
  expect(contents(project.folder)).toEqual(before);
  expect(project.status()).toEqual([]);
  expect(project.has('.git/index.lock')).toBe(false);
});

test('killed while files were written: one that was cut off goes, one that the team put there stays', () => {
  const { project, before } = updated();
  const git = join(project.folder, '.git');
  rmSync(join(git, 'index'));
  copyFileSync(join(git, 'ml-platform-update/index.before'), join(git, 'index'));
  project.edit('docs/new/c.md', 'ne');
  project.edit('libs/errors/b/d.md', "the team's\n");
  expect(() => abort(openWorkTree(project.folder))).toThrow(/libs\/errors\/b is a folder with files in it/);
  expect(project.has('docs/new')).toBe(false);
  expect(project.read('libs/errors/b/d.md')).toBe("the team's\n");
  project.remove('libs/errors/b/d.md');
  abort(openWorkTree(project.folder));
  expect(contents(project.folder)).toEqual(before);
});

test.each(['abort', 'the next command'])(
  'killed when only a file that Git ignored was written: %s removes it',
  (by) => {
    const project = teamProject(fixtureTemplate(FILES));
    const before = contents(project.folder);
    const theirs = treeOf({ ...FILES, '.gitignore': '\n', 'docs/new.log': 'new\n' });
    apply(project.folder, { base: treeOf(FILES), theirs });
    const file = '.git/ml-platform-update/journal.json';
    project.edit(file, JSON.stringify({ ...JSON.parse(project.read(file)), pid: 5_000_000 }));
    copyFileSync(`${project.folder}/.git/ml-platform-update/index.before`, `${project.folder}/.git/index`);
    project.edit('.gitignore', FILES['.gitignore']);
    expect(project.status()).toEqual([]);
    if (by === 'abort') abort(openWorkTree(project.folder));
    else openIdleProject(project.folder);
    expect(contents(project.folder)).toEqual(before);
    expect(project.has('.git/ml-platform-update')).toBe(false);
  },
);

test('an index that another Git holds is refused, and nothing is touched', () => {
  const project = teamProject(fixtureTemplate(FILES));
  project.edit('.git/index.lock', '');
  const before = contents(project.folder);
  const theirs = treeOf({ ...FILES, 'docs/a.md': 'new\n', 'docs/new.md': 'new\n' });
  expect(() => apply(project.folder, { base: treeOf(FILES), theirs })).toThrow(/another Git holds .*index.lock/);
  expect(contents(project.folder)).toEqual(before);
  expect(project.has('.git/ml-platform-update')).toBe(false);
});

test('what fails while files are placed is undone at once', () => {
  const project = teamProject(fixtureTemplate(FILES));
  const before = contents(project.folder);
  // A filter that fails stops Git after it has written other files.
  project.edit('.git/info/attributes', 'docs/z.md filter=broken\n');
  project.git('config', 'filter.broken.smudge', 'false');
  project.git('config', 'filter.broken.required', 'true');
  const theirs = treeOf({ ...FILES, 'docs/a.md': 'new\n', 'docs/new.md': 'new\n', 'docs/z.md': 'filtered\n' });
  expect(() => apply(project.folder, { base: treeOf(FILES), theirs })).toThrow(/git read-tree failed/);
  expect(contents(project.folder)).toEqual(before);
  expect(project.status()).toEqual([]);
  expect(project.has('.git/ml-platform-update')).toBe(false);
});
