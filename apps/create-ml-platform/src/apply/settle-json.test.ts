import { expect, test } from 'vitest';
import { fixtureTemplate } from '../testing/fixture-template.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';
import type { Tree } from '../template/template.ts';
import { type Applied, apply } from './apply.ts';

const PATH = 'docs/settings.json';

/** Lets the template and the team change one file, and merges. */
function merge(base: string, ours: string, theirs: string): { project: TeamProject; applied: Applied } {
  const project = teamProject(fixtureTemplate({ [PATH]: base }));
  project.edit(PATH, ours);
  project.commit();
  return { project, applied: apply(project.folder, { base: treeOf(base), theirs: treeOf(theirs) }) };
}

function treeOf(text: string): Tree {
  return new Map([[PATH, { content: Buffer.from(text), executable: false }]]);
}

const LONG = Array.from({ length: 8 }, (_, index) => `  "k${index}": ${index},\n`).join('');

test('one key that both added, on lines that do not touch, does not stand there twice', () => {
  const base = `{\n${LONG}  "end": 0\n}\n`;
  const ours = `{\n  "new": 1,\n${LONG}  "end": 0\n}\n`;
  const theirs = `{\n${LONG}  "end": 0,\n  "new": 1\n}\n`;
  const { project, applied } = merge(base, ours, theirs);
  expect(applied.conflicts).toEqual([]);
  expect(project.read(PATH).match(/"new"/g)).toHaveLength(1);
});

test('the same key with other values is a conflict with both sides in it', () => {
  const base = `{\n${LONG}  "end": 0\n}\n`;
  const ours = `{\n  "new": 1,\n${LONG}  "end": 0\n}\n`;
  const theirs = `{\n${LONG}  "end": 0,\n  "new": 2\n}\n`;
  const { project, applied } = merge(base, ours, theirs);
  expect(applied.conflicts.map(({ path }) => path)).toEqual([PATH]);
  expect(project.status()).toEqual([`UU ${PATH}`]);
  expect(project.read(PATH)).toBe(`<<<<<<< ours\n${ours}=======\n${theirs}>>>>>>> theirs\n`);
});

test("where lines merge well, the team's layout stays", () => {
  const base = `{\n${LONG}  "list": ["a"]\n}\n`;
  const ours = base.replace('"k0": 0', '"k0":   1');
  const { project } = merge(base, ours, base.replace('["a"]', '["a", "b"]'));
  expect(project.read(PATH)).toBe(ours.replace('["a"]', '["a", "b"]'));
});

test('JSON with comments is merged by line', () => {
  const base = `{\n  // first\n${LONG}  "end": 0\n}\n`;
  const { project, applied } = merge(base, base.replace('first', 'ours'), base.replace('"end": 0', '"end": 1'));
  expect(applied.conflicts).toEqual([]);
  expect(project.read(PATH)).toBe(base.replace('first', 'ours').replace('"end": 0', '"end": 1'));
});
