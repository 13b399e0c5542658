import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal, settleJournal } from '../../apply/journal.ts';
import { smallTemplate } from '../../testing/fixture-template.ts';
import { teamProject } from '../../testing/team-project.ts';
import { layOut, machineAt, machineWith } from '../testing/lay-out.ts';
import { recordCheck } from './record.ts';
import { workTreeCheck } from './work-tree.ts';

const look = (folder: string) => workTreeCheck.look(machineAt(folder));

test.each(['', 'platform'])('a project that is committed in %j is fine', async (within) => {
  const { folder } = teamProject(smallTemplate(), {}, within);
  expect(await look(folder)).toEqual([
    {
      status: 'ok',
      what: 'the repository',
      found: expect.stringMatching(within ? /with the project in platform$/ : /^\//),
    },
  ]);
});

test('outside of Git, before the first commit, and without Git it says so', async () => {
  const folder = layOut({ 'platform.json': {} });
  expect(await look(folder)).toMatchObject([
    {
      status: 'warning',
      found: expect.stringContaining('not a git repository'),
      mend: expect.stringMatching(/^git init/),
    },
  ]);
  execFileSync('git', ['init', '--quiet'], { cwd: folder });
  expect(await look(folder)).toMatchObject([{ status: 'warning', found: 'it has no commit' }]);
  expect(await workTreeCheck.look(machineWith(folder, {}))).toMatchObject([{ status: 'skipped' }]);
});

test("another user's repository is one that Git doesn't trust", async () => {
  const { folder } = teamProject(smallTemplate());
  const refuses = `echo "fatal: detected dubious ownership in repository at '${folder}'" >&2; exit 128`;
  expect(await workTreeCheck.look(machineWith(folder, { git: refuses }))).toMatchObject([
    { status: 'broken', mend: `git config --global --add safe.directory '${folder}'` },
  ]);
});

test('an update that waits is worth a note, one that was killed is broken, one that was committed is past', async () => {
  const { folder, git, edit, commit } = teamProject(smallTemplate());
  const gitFolder = join(folder, '.git');
  const head = git('rev-parse', 'HEAD').trim();
  openJournal(gitFolder, { about: 'update to 2.0.0', head, tree: head, added: [], touched: [] });
  // Our own id is that of a process that is gone: an update is never looked at by itself.
  expect((await look(folder))[1]).toEqual({
    status: 'broken',
    what: 'update to 2.0.0',
    found: 'it was killed half-way',
    mend: 'npx create-ml-platform update --abort',
  });
  settleJournal(gitFolder);
  expect((await look(folder))[1]).toMatchObject({ status: 'note', mend: 'git commit' });
  edit('README.md', 'updated\n');
  commit();
  expect(await look(folder)).toHaveLength(1);
});

test.each([
  ['{ "template": ', /^it is no JSON: /],
  ['{ "template": "create-ml-platform@latest", "answers": {} }', /^"template" is /],
  ['{ "template": "create-ml-platform@1.2.3", "answers": { "name": "acme", "clouds": ["arw"] } }', /'arw'/],
])('platform.json with %j is broken, and Git brings it back', async (text, found) => {
  expect(await recordCheck.look(machineAt(layOut({ 'platform.json': text })))).toEqual([
    {
      status: 'broken',
      what: 'platform.json',
      found: expect.stringMatching(found),
      mend: 'git checkout HEAD -- platform.json',
    },
  ]);
});

test('a version that is not ours may know other answers', async () => {
  const record = { template: 'create-ml-platform@9.0.0', answers: { name: 'acme', clouds: ['moon'] } };
  expect(await recordCheck.look(machineAt(layOut({ 'platform.json': record })))).toEqual([
    { status: 'ok', what: 'platform.json', found: 'of create-ml-platform 9.0.0' },
  ]);
});
