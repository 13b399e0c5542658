import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Migration } from '../migrations/migration.ts';
import { renameExport } from '../migrations/rename-export.ts';
import { smallTemplate } from '../testing/fixture-template.ts';
import { type TeamProject, teamProject } from '../testing/team-project.ts';
import { mergeRenderings } from './merge-renderings.ts';
import { openProject } from './project.ts';

const MODULES = fileURLToPath(new URL('../../../../node_modules', import.meta.url));
const template = smallTemplate();
const USE = "import { name } from '@acme/errors';\n\nexport const mine = name;\n";

const title = 'name is called title';
const rename: Migration = {
  version: '0.2.0',
  title,
  ...renameExport({ library: 'errors', from: 'name', to: 'title' }),
};
const broken: Migration = {
  version: '0.2.0',
  title: 'breaks',
  concerns: (path) => path === 'own.md',
  migrate: () => {
    throw new Error('no such heading');
  },
};

function merge({ folder }: TeamProject, migrations: readonly Migration[], dryRun = false) {
  const project = openProject(folder);
  const { version, answers } = project;
  const side = { version, answers };
  const options = { about: 'a test', base: side, theirs: side, dryRun, install: false };
  return mergeRenderings({ project, template, migrations, ...options });
}

function installed(within = ''): TeamProject {
  const project = teamProject(template, {}, within);
  symlinkSync(MODULES, join(project.folder, 'node_modules'));
  project.edit('.gitignore', 'node_modules\n');
  project.edit('own.md', '# Ours\n');
  project.edit('apps/own/a.ts', USE);
  project.commit();
  return project;
}

test.each(['', 'platform'])("migrations change the team's own code, and are reported by file (in '%s')", (within) => {
  const project = installed(within);
  const { files, migrations, notes } = merge(project, [rename, broken]);
  expect(files.changed).toEqual(['apps/own/a.ts']);
  expect(files.conflicts).toEqual([]);
  expect(migrations).toEqual([
    { version: '0.2.0', title, files: ['apps/own/a.ts'] },
    { version: '0.2.0', title: 'breaks', files: [] },
  ]);
  expect(notes).toEqual(['own.md is not migrated (breaks): no such heading; change it by hand']);
  expect(project.read('apps/own/a.ts')).toBe(USE.replaceAll('name', 'title'));
  expect(project.read('own.md')).toBe('# Ours\n');
});

test('a dry run changes nothing, not even the object database', () => {
  const project = installed();
  const before = project.git('count-objects');
  expect(merge(project, [rename], true).migrations[0]?.files).toContain('apps/own/a.ts');
  expect(project.git('count-objects')).toBe(before);
  expect(project.status()).toEqual([]);
});

test('a project without its packages is told to install them', () => {
  const project = teamProject(template);
  const error = { code: 'environment', hint: 'npm ci, then run the same command again' };
  expect(() => merge(project, [rename])).toThrow(expect.objectContaining(error));
  expect(project.status()).toEqual([]);
});
