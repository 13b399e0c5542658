import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { changedTemplate, json } from '../testing/fixture-template.ts';
import type { Outcome as Ran } from '../testing/packed-command.ts';
import { type PublishedVersions, publishVersions } from '../testing/published-versions.ts';
import { fakeNpm, type TeamProject, teamProject } from '../testing/team-project.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { Outcome } from './outcome.ts';

const LINES = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\n';
const GUIDE = Array.from({ length: 20 }, (_, index) => `line ${index}\n`).join('');

const old = changedTemplate('0.1.0', {
  'docs/lines.md': LINES,
  'docs/guide.md': GUIDE,
  'docs/dropped.md': 'dropped\n',
  'libs/errors/src/gone.ts': 'export const gone = 1;\n',
});
const next = changedTemplate('0.2.0', {
  'docs/lines.md': LINES.replace('seven', 'SEVEN'),
  'docs/moved.md': GUIDE,
  'docs/new.md': 'new\n',
  'libs/errors/src/index.ts': 'export const name = "errors 2";\n',
  'libs/errors/package.json': json({ name: '@ml-platform/errors', dependencies: { zod: '2.0.0' } }),
});

let published: PublishedVersions;

beforeAll(async () => {
  published = await publishVersions([{ template: old }, { template: next }]);
}, 60_000);

afterAll(() => published.remove());

async function run(project: TeamProject, ...args: string[]): Promise<Ran> {
  return published.command('0.2.0').run(args, { cwd: project.folder, env: published.env() });
}

async function outcomeOf(project: TeamProject, ...args: string[]): Promise<Outcome> {
  const { stdout, stderr, exit } = await run(project, ...args, '--json');
  expect([0, 1], stderr).toContain(exit);
  return JSON.parse(stdout);
}

test("the old version's own render is the base; the team's edits stay, and the result is staged", async () => {
  const project = teamProject(old);
  project.edit('docs/lines.md', LINES.replace('one', 'ONE'));
  project.edit('own.txt', 'ours\n');
  project.remove('docs/dropped.md');
  project.commit();
  const { files, ...rest } = await outcomeOf(project, 'update');
  expect(rest).toEqual({
    command: 'update',
    from: '0.1.0',
    to: '0.2.0',
    features: [],
    dryRun: false,
    upToDate: false,
    migrations: [],
    lock: 'none',
    notes: [],
  });
  expect(files).toEqual({
    added: ['docs/new.md'],
    changed: ['docs/lines.md', 'libs/errors/package.json', 'libs/errors/src/index.ts', 'platform.json'],
    deleted: ['libs/errors/src/gone.ts'],
    renamed: [{ from: 'docs/guide.md', to: 'docs/moved.md' }],
    keptDeleted: [],
    conflicts: [],
  });
  expect(project.read('docs/lines.md')).toBe(LINES.replace('one', 'ONE').replace('seven', 'SEVEN'));
  expect(JSON.parse(project.read('platform.json')).template).toBe('create-ml-platform@0.2.0');
  expect(project.git('diff', '--name-only')).toBe('');
  expect(published.requests).toContain('/create-ml-platform/-/0.1.0.tgz');
  expect(project.git('log', '--oneline').trim().split('\n')).toHaveLength(2);
});

test('conflicts are reported with what to do, by kind, and end with 1', async () => {
  const project = teamProject(old);
  project.edit('docs/lines.md', LINES.replace('seven', 'ours'));
  project.edit('libs/errors/src/gone.ts', 'export const gone = 2;\n');
  project.remove('libs/errors/src/index.ts');
  project.commit();
  const { exit, stdout } = await run(project, 'update');
  expect(exit).toBe(1);
  expect(stdout).toContain('conflict      docs/lines.md  (both changed it: edit it between the markers, then git add');
  expect(stdout).toContain(
    'conflict      libs/errors/src/gone.ts  (you edited it, the template has it no more: git rm',
  );
  expect(stdout).toContain('kept deleted  libs/errors/src/index.ts  (you had deleted it; the template changed it)');
  expect(stdout).toContain('npx create-ml-platform update --abort');
  expect(project.read('docs/lines.md')).toMatch(/<<<<<<< ours\nours\n=======\nSEVEN\n>>>>>>> theirs\n/);
  expect(project.read('libs/errors/src/gone.ts')).toBe('export const gone = 2;\n');
});

test('a project in a folder of a larger repository is updated there, from any folder of it', async () => {
  const project = teamProject(old, {}, 'platform');
  project.edit('../elsewhere.txt', 'theirs\n');
  project.commit();
  const cwd = `${project.folder}/libs/errors`;
  const { exit, stdout, stderr } = await published
    .command('0.2.0')
    .run(['update', '--json'], { cwd, env: published.env() });
  expect(exit, stderr).toBe(0);
  expect(JSON.parse(stdout).files.added).toEqual(['docs/new.md']);
  expect(project.read('docs/new.md')).toBe('new\n');
  expect(project.read('../elsewhere.txt')).toBe('theirs\n');
});

test('VERSION is another: that version does the work', async () => {
  const project = teamProject(changedTemplate('0.0.9'));
  const { exit, stdout, stderr } = await published
    .command('0.2.0')
    .run(['update', '0.1.0', '--json'], { cwd: project.folder, env: published.env() });
  expect({ exit, stdout }, stderr).toEqual({ exit: 7, stdout: '' });
  expect(stderr).toMatch(/error: there is no create-ml-platform 0\.0\.9: .*\nhint: {2}npm view create-ml-platform/);
  expect(published.requests).toContain('/create-ml-platform/-/0.1.0.tgz');
  const upToDate = teamProject(old);
  expect((await outcomeOf(upToDate, 'update', '0.2.0')).to).toBe('0.2.0');
  const { stdout: handed } = await published
    .command('0.1.0')
    .run(['update', '0.2.0', '--json'], { cwd: teamProject(old).folder, env: published.env() });
  expect(JSON.parse(handed)).toMatchObject({ from: '0.1.0', to: '0.2.0', files: { added: ['docs/new.md'] } });
});

test("started by npm, it isn't led astray by what npm tells it", async () => {
  const project = teamProject(old);
  const args = ['exec', '--yes', '--package=create-ml-platform@0.2.0', '--', 'create-ml-platform', 'update', '--json'];
  const { stdout } = await execa('npm', args, { cwd: project.folder, env: published.env(), extendEnv: false });
  expect(JSON.parse(stdout)).toMatchObject({ from: '0.1.0', to: '0.2.0', files: { added: ['docs/new.md'] } });
});

test('nothing to do says so and touches nothing, whatever the tree is', async () => {
  const project = teamProject(next);
  project.edit('own.txt', 'not committed\n');
  const { exit, stdout } = await run(project, 'update');
  expect({ exit, stdout }).toEqual({
    exit: 0,
    stdout: 'nothing to do: the project is of create-ml-platform 0.2.0\n',
  });
  expect(project.status()).toEqual(['?? own.txt']);
});

test('--dry-run says the same and touches nothing, not even the object database', async () => {
  const project = teamProject(old);
  const objects = project.git('count-objects', '-v');
  const dry = await outcomeOf(project, 'update', '--dry-run');
  expect(project.status()).toEqual([]);
  expect(project.git('count-objects', '-v')).toBe(objects);
  expect(project.has('.git/ml-platform-update')).toBe(false);
  expect({ ...(await outcomeOf(project, 'update')), dryRun: true }).toEqual(dry);
});

test('an older version is refused, --force goes back', async () => {
  const project = teamProject(next);
  const back = (...args: string[]) =>
    published.command('0.1.0').run(['update', ...args], { cwd: project.folder, env: published.env() });
  expectRefusal(await back(), 2, /create-ml-platform 0.1.0 is older than the project's 0.2.0\nhint: .*--force/);
  expect((await back('--force')).exit).toBe(0);
  expect(project.has('docs/new.md')).toBe(false);
});

test.each([
  ['[]', /platform.json: it is no JSON object/],
  ['{"answers":{}}', /platform.json: "template" is missing, expected "create-ml-platform@VERSION"/],
  ['{"template":"create-ml-platform@^1","answers":{}}', /"template" is "create-ml-platform@\^1"/],
  ['{"template":"create-ml-platform@0.1.0"}', /platform.json: "answers" is missing, expected an object/],
  ['<<<<<<< ours', /platform.json: it is no JSON: /],
])('platform.json %s is refused', async (text, message) => {
  const project = teamProject(old);
  project.edit('platform.json', text);
  project.commit();
  expectRefusal(await run(project, 'update'), 3, message);
});

test('uncommitted changes are refused before npm is asked', async () => {
  const project = teamProject(old);
  project.edit('docs/lines.md', 'edited\n');
  const before = published.requests.length;
  expectRefusal(await run(project, 'update'), 2, /the work tree has 1 uncommitted changes, for example docs\/lines.md/);
  expectRefusal(await run(project, 'update', '0.3.0'), 2, /uncommitted changes/);
  expect(published.requests.length).toBe(before);
  expect(project.read('docs/lines.md')).toBe('edited\n');
});

test('outside a repository, a project, or a commit it says what is missing', async () => {
  const cwd = temporaryFolder();
  const env = published.env();
  const { run: start } = published.command('0.2.0');
  expectRefusal(await start(['update'], { cwd, env }), 2, /no Git work tree in .*\nhint: .*git init/);
  const project = teamProject(old);
  project.remove('platform.json');
  project.commit();
  expectRefusal(await run(project, 'update'), 2, /no platform.json in .* or above it/);
  const fresh = teamProject(old);
  fresh.git('update-ref', '-d', 'HEAD');
  expectRefusal(await run(fresh, 'update'), 2, /the repository has no commit yet/);
  const uncommitted = teamProject(old);
  uncommitted.git('rm', '--quiet', '--cached', 'platform.json');
  uncommitted.git('commit', '--quiet', '-m', 'forgotten');
  expectRefusal(await run(uncommitted, 'update'), 2, /platform.json is not committed/);
});

test("a merge of Git's own that waits is refused", async () => {
  const project = teamProject(old);
  project.edit('.git/MERGE_HEAD', project.git('rev-parse', 'HEAD'));
  expectRefusal(await run(project, 'update'), 2, /a merge is under way in this repository/);
});

test('an unknown version, and an npm that reaches nothing, change nothing', async () => {
  const project = teamProject(old);
  expectRefusal(await run(project, 'update', '9.9.9'), 7, /there is no create-ml-platform 9.9.9: /);
  const env = published.env({ npm_config_registry: 'http://127.0.0.1:1/', npm_config_cache: temporaryFolder() });
  const offline = await published.command('0.2.0').run(['update'], { cwd: project.folder, env });
  expectRefusal(
    offline,
    5,
    /npm can't run create-ml-platform 0.1.0: .*; nothing was changed\nhint: {2}check the network/,
  );
  const without = published.env({ PATH: fakeNpm('exit 3') });
  const { stderr } = await published.command('0.2.0').run(['update'], { cwd: project.folder, env: without });
  expect(stderr).toMatch(/error: git is not installed/);
  expect(project.status()).toEqual([]);
});

test('an answer that the new version does not know is refused', async () => {
  const project = teamProject(old);
  project.edit('platform.json', project.read('platform.json').replace('flight-delays', 'unheard-of'));
  project.commit();
  expectRefusal(
    await run(project, 'update'),
    2,
    /0.1.0, which made this project, refuses: unknown example 'unheard-of'/,
  );
});

function expectRefusal({ exit, stdout, stderr }: Ran, code: number, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/\nhint: {2}\S.*\n$/);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
}
