import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Editor, editorOf } from '../testing/next-version.ts';
import { plainEnvironment } from '../testing/packed-command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { checkChangesets } from './changeset-check.ts';

const APP = 'apps/create-ml-platform';
const BUNDLED = [`${APP}/src/main.ts`];

interface Branch extends Editor {
  readonly commit: (...args: string[]) => void;
  readonly check: (base?: string) => ReturnType<typeof checkChangesets>;
}

/** A repository in which work goes on beside the branch `main`. */
function branch(): Branch {
  const editor = editorOf(temporaryFolder());
  const git = (...args: string[]) => execFileSync('git', args, { cwd: editor.folder, env: plainEnvironment() });
  const commit = (...args: string[]) => {
    git('add', '--all');
    git('commit', '--quiet', '--message', 'x', ...args);
  };
  git('init', '--quiet', '--initial-branch', 'main');
  editor.write(`${APP}/package.json`, '{ "version": "1.0.0" }');
  editor.write(`${APP}/src/main.ts`, '');
  editor.write('libs/errors/src/index.ts', '');
  editor.write('.changeset/before.md', '---\n"@ml-platform/create-ml-platform": patch\n---\n\nFirst.\n');
  commit();
  git('switch', '--quiet', '--create', 'work');
  return { ...editor, commit, check: (base = 'main') => checkChangesets(editor.folder, base, BUNDLED) };
}

const CHANGESET = '---\n"@ml-platform/create-ml-platform": minor\n---\n\nSecond.\n';

test.each([
  'libs/errors/src/index.ts',
  'templates/README.md',
  'package-lock.json',
  'LICENSE',
  `${APP}/src/main.ts`,
  `${APP}/bin/create-ml-platform.cjs`,
])('who changes %s is asked for a changeset, committed or not', (path) => {
  const { write, check, commit } = branch();
  const missing = expect.objectContaining({ code: 'step', message: expect.stringContaining(`(${path})`) });
  write(path, 'changed');
  expect(() => check()).toThrow(missing);
  commit();
  expect(() => check()).toThrow(missing);
  write('.changeset/after.md', CHANGESET);
  expect(check()).toEqual({ shipped: [path], changesets: ['.changeset/after.md'], isRelease: false });
});

test.each(['docs/decisions/0001-x.md', '.github/workflows/ci.yml', `${APP}/src/main.test.ts`, 'SECURITY.md'])(
  'who changes %s is not',
  (path) => {
    const { write, commit, check } = branch();
    write(path, 'changed');
    commit();
    expect(check()).toEqual({ shipped: [], changesets: [], isRelease: false });
  },
);

test('what is removed or renamed counts, and many files are counted', () => {
  const { folder, write, commit, check } = branch();
  for (const name of ['a', 'b', 'c', 'd']) write(`libs/errors/src/${name}.ts`, name);
  renameSync(join(folder, 'libs/errors/src/index.ts'), join(folder, 'libs/errors/src/main.ts'));
  commit();
  expect(() => check()).toThrow(/a\.ts, libs\/errors\/src\/b\.ts, libs\/errors\/src\/c\.ts and 3 more/);
});

test("the release itself takes changesets away; another branch's work doesn't count", () => {
  const { folder, write, remove, commit, check } = branch();
  write(`${APP}/package.json`, '{ "version": "1.0.1" }');
  write('package-lock.json', '{}');
  remove('.changeset/before.md');
  commit();
  expect(check()).toMatchObject({ shipped: ['package-lock.json'], isRelease: true });
  execFileSync('git', ['switch', '--quiet', '--create', 'later'], { cwd: folder });
  expect(check('work')).toEqual({ shipped: [], changesets: [], isRelease: false });
});

test('a base that is not there is named', () => {
  const { check } = branch();
  const error = { code: 'notFound', hint: expect.stringContaining('git fetch --unshallow origin gone') };
  expect(() => check('origin/gone')).toThrow(expect.objectContaining(error));
});
