import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { smallTemplate } from '../testing/fixture-template.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { contents } from '../testing/packed-command.ts';
import { teamProject } from '../testing/team-project.ts';
import { resolveAnswers } from '../answers/answers.ts';
import { render } from '../render/render.ts';
import { writeTree } from '../write/write-tree.ts';
import { difference } from './difference.ts';
import { openProject } from './project.ts';

const none = { added: [], changed: [], deleted: [], renamed: [] };

test.each(['', 'platform'])('a fresh project in %j differs in nothing', (within) => {
  const project = teamProject(smallTemplate(), {}, within);
  expect(difference(openProject(project.folder), smallTemplate(), false)).toEqual({ version: '1.2.3', files: none });
});

test.each(['', 'platform'])('what is committed in %j counts, by what happened to it', (within) => {
  const project = teamProject(smallTemplate(), {}, within);
  project.edit('own.md', 'mine\n');
  project.edit('README.md', '# acme\n\nOurs.\n');
  project.remove('.gitignore');
  project.git('mv', 'libs/errors/src/index.ts', 'libs/errors/src/name.ts');
  project.commit();
  project.edit('later.md', 'not committed\n');
  const objects = project.git('count-objects', '-v');
  expect(difference(openProject(project.folder), smallTemplate(), false).files).toEqual({
    added: ['own.md'],
    changed: ['README.md'],
    deleted: ['.gitignore'],
    renamed: [{ from: 'libs/errors/src/index.ts', to: 'libs/errors/src/name.ts' }],
  });
  expect(project.git('count-objects', '-v')).toBe(objects);
});

test('the patch makes the project of its template', () => {
  const project = teamProject(smallTemplate());
  project.edit('own.md', 'mine\n');
  project.edit('README.md', '# acme\n\nOurs.\n');
  project.remove('.gitignore');
  project.commit();
  const { patch } = difference(openProject(project.folder), smallTemplate(), true);
  const folder = temporaryFolder();
  writeTree(folder, render(smallTemplate(), resolveAnswers({ name: 'acme' })));
  execFileSync('git', ['apply', '-'], { cwd: folder, input: patch });
  expect(contents(folder)).toEqual(contents(project.folder));
});
