import { execFileSync } from 'node:child_process';
import { readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { readTemplate } from '../pack/read-template.ts';
import { render } from '../render/render.ts';
import type { Tree } from '../template/template.ts';
import { type Editor, editorOf } from '../testing/next-version.ts';
import { plainEnvironment } from '../testing/packed-command.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { writeTree } from '../write/write-tree.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../', import.meta.url));

let tree: Tree;

beforeAll(() => {
  tree = render(readTemplate(REPOSITORY, '0.0.0'), { name: 'acme', example: 'flight-delays', clouds: [], ci: [] });
}, 60_000);

interface Project extends Editor {
  readonly git: (...args: string[]) => string;
  readonly changeset: (...args: string[]) => string;
}

/** What a team gets, with this repository's packages, at its first commit. */
function project(): Project {
  const folder = temporaryFolder();
  writeTree(folder, tree);
  symlinkSync(join(REPOSITORY, 'node_modules'), join(folder, 'node_modules'));
  const run = (program: string, args: string[]) =>
    execFileSync(program, args, {
      cwd: folder,
      env: plainEnvironment({ CI: 'true' }),
      encoding: 'utf8',
      stdio: 'pipe',
    });
  const git = (...args: string[]) => run('git', args);
  git('init', '--quiet', '--initial-branch', 'main');
  git('add', '--all', '--', ':!node_modules');
  git('commit', '--quiet', '--message', 'Initial commit');
  const bin = join(REPOSITORY, 'node_modules/@changesets/cli/bin.js');
  return { ...editorOf(folder), git, changeset: (...args) => run(process.execPath, [bin, ...args]) };
}

const versionIn = ({ read }: Editor, path: string): string => JSON.parse(read(`${path}/package.json`)).version;

test('a library gets a version and a changelog, and so does the app whose image it is in', () => {
  const acme = project();
  acme.changeset('add', '--minor', '@acme/serving', '--message', 'Answers in batches');
  const [written = ''] = readdirSync(join(acme.folder, '.changeset')).filter((name) => /(?<!^README)\.md$/.test(name));
  expect(acme.read(`.changeset/${written}`)).toContain('Answers in batches');
  acme.changeset('version');
  expect(versionIn(acme, 'libs/serving')).toBe('0.2.0');
  expect(acme.read('libs/serving/CHANGELOG.md')).toMatch(/## 0\.2\.0\n\n### Minor Changes\n\n- .*Answers in batches/);
  expect(versionIn(acme, 'apps/model-server')).toBe('0.1.1');
  expect(acme.read('apps/model-server/CHANGELOG.md')).toContain('@acme/serving@0.2.0');
  expect(versionIn(acme, 'libs/errors')).toBe('0.1.0');
  expect(JSON.parse(acme.read('apps/model-server/package.json')).dependencies['@acme/serving']).toBe('*');
});

test('each version gets a tag, once', () => {
  const { git, changeset } = project();
  changeset('git-tag');
  const tags = git('tag').trim().split('\n');
  expect(tags).toContain('@acme/model-server@0.1.0');
  expect(tags).toContain('@acme/serving@0.1.0');
  changeset('git-tag');
  expect(git('tag').trim().split('\n')).toEqual(tags);
});

test('who asks for changesets in CI hears which packages lack one', () => {
  const { git, write, changeset } = project();
  git('switch', '--quiet', '--create', 'work');
  write('libs/serving/src/index.ts', '');
  git('commit', '--quiet', '--all', '--message', 'x');
  const error = { stdout: expect.stringMatching(/Some packages have been changed/) };
  expect(() => changeset('status', '--since', 'main')).toThrow(expect.objectContaining(error));
  changeset('add', '--empty');
  git('add', '.changeset');
  git('commit', '--quiet', '--message', 'y');
  expect(changeset('status', '--since', 'main')).toBeTypeOf('string');
});
