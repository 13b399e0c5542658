import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { smallTemplate } from '../../testing/fixture-template.ts';
import { teamProject } from '../../testing/team-project.ts';
import { temporaryFolder } from '../../testing/temporary-folder.ts';
import { layOut, machineAt, machineWith, platformCommand, toolFolder } from '../testing/lay-out.ts';
import { gitRemotesCheck } from './git-remotes.ts';
import { registryCheck } from './registry.ts';
import { storesCheck } from './stores.ts';

const ANSWERS = { status: 'ok', found: 'answers' };

test('a remote that is there answers, also while it is empty; one that moved away does not', async () => {
  const { folder, git } = teamProject(smallTemplate());
  const look = () => gitRemotesCheck.look(machineAt(folder));
  expect(await look()).toMatchObject([{ status: 'note', found: 'none yet' }]);
  const bare = join(temporaryFolder(), 'acme.git');
  execFileSync('git', ['init', '--quiet', '--bare', bare]);
  git('remote', 'add', 'origin', bare);
  git('remote', 'add', 'fork', join(bare, 'nothing'));
  expect(await look()).toMatchObject([
    {
      status: 'broken',
      what: "Git's remote fork",
      found: expect.stringContaining('does not appear to be a git repository'),
      mend: 'git ls-remote fork',
    },
    { ...ANSWERS, what: "Git's remote origin" },
  ]);
  expect(await gitRemotesCheck.look(machineAt(layOut({})))).toMatchObject([{ status: 'skipped' }]);
});

test('a remote that wants a password is not waited for, and asks nobody', async () => {
  const server = createServer((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const { folder, git } = teamProject(smallTemplate());
  git('remote', 'add', 'origin', `http://127.0.0.1:${(server.address() as AddressInfo).port}/acme.git`);
  const askPass = join(toolFolder({ ask: `echo asked > ${folder}/asked; echo secret` }), 'ask');
  const env = { GIT_ASKPASS: askPass, SSH_ASKPASS: askPass, DISPLAY: ':0' };
  expect(await gitRemotesCheck.look(machineAt(folder, env))).toMatchObject([
    { status: 'broken', found: expect.stringContaining('terminal prompts disabled') },
  ]);
  expect(git('status', '--porcelain')).toBe('');
});

test('ssh is told to ask nothing, by the command that the person has set', async () => {
  const { folder, git } = teamProject(smallTemplate());
  git('remote', 'add', 'origin', 'ssh://git@host.invalid/acme.git');
  const ssh = join(toolFolder({ ssh: `echo "$*" > ${folder}/asked.txt; exit 255` }), 'ssh');
  git('config', 'core.sshCommand', `${ssh} -i mine`);
  expect(await gitRemotesCheck.look(machineAt(folder))).toMatchObject([{ status: 'broken' }]);
  const [asked] = [execFileSync('cat', [join(folder, 'asked.txt')], { encoding: 'utf8' })];
  expect(asked).toMatch(/^-i mine -o BatchMode=yes -o ConnectTimeout=8 .*host\.invalid/);
});

test('the registry says what is newest', async () => {
  const record = { template: 'create-ml-platform@1.2.3', answers: { name: 'acme' } };
  const folder = layOut({ 'platform.json': record });
  const look = (npm: string) => registryCheck.look(machineWith(folder, { npm }));
  expect(await look(`echo '"1.2.3"'`)).toMatchObject([ANSWERS, { status: 'ok', found: '1.2.3 is the newest' }]);
  expect(await look(`echo '"1.10.0"'`)).toMatchObject([
    ANSWERS,
    { status: 'note', found: '1.10.0 is out, the project is of 1.2.3', mend: 'npx create-ml-platform@latest update' },
  ]);
  const failing = (code: string) => `echo '{"error":{"code":"${code}","summary":"no https://a:b@host/ here"}}'; exit 1`;
  expect(await look(failing('E404'))).toMatchObject([ANSWERS, { status: 'note', found: 'not in this registry' }]);
  expect(await look(failing('E401'))).toMatchObject([{ status: 'broken', mend: 'npm login' }]);
  expect(await look(failing('ENOTFOUND'))).toMatchObject([
    { status: 'broken', found: 'no https://host/ here', mend: 'npm ping' },
  ]);
  expect(await registryCheck.look(machineWith(folder, {}))).toMatchObject([
    { status: 'broken', found: 'npm is not on the PATH' },
  ]);
});

test("npm's own words of a registry that is not there are understood", async () => {
  const server = createTcpServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  await new Promise((settle) => server.close(settle));
  const env = { npm_config_registry: `http://127.0.0.1:${port}/` };
  expect(await registryCheck.look(machineAt(layOut({}), env))).toMatchObject([
    { status: 'broken', found: expect.stringContaining('ECONNREFUSED'), mend: 'npm ping' },
  ]);
});

test("stores of targets and DVC's remotes are asked by the project's own command, folders looked at", async () => {
  const folder = layOut({
    '.dvc/config': `[core]\n    remote = store\n['remote "store"']\n    url = azure://data/dvc\n['remote "disk"']\n    url = ../there\n['remote "lost"']\n    url = /nowhere/at all\n['remote "own"']\n    url = s3://data\n`,
    '.dvc/config.local': `['remote "own"']\n    endpointurl = http://127.0.0.1:1\n    secret_access_key = very-secret\n`,
    'there/x': '',
    ...platformCommand({}),
    'apps/platform/bin/platform.mjs': `const [, , , , stores, ...more] = process.argv;
      const pipelines = [{ stores: ['s3://lake/runs'], targets: [], languages: [], frameworks: [], problems: [] }];
      const asked = [...more, 's3://lake/runs'].map((store) => ({ store, ...(store.startsWith('s3') && { problem: { message: store + ': list: NoSuchBucket', hint: 'look' } }) }));
      process.stdout.write(JSON.stringify(stores ? { stores: asked } : { pipelines }));`,
  });
  expect(await storesCheck.look(machineAt(folder))).toEqual([
    { status: 'ok', what: "DVC's remote disk", found: 'is there' },
    {
      status: 'broken',
      what: "DVC's remote lost",
      found: 'there is no /nowhere/at all',
      wanted: 'a folder',
      mend: "mkdir -p '/nowhere/at all'",
    },
    { status: 'skipped', what: "DVC's remote own", found: 'only DVC itself can ask it: dvc status --cloud' },
    { status: 'ok', what: "DVC's remote store", found: 'answers' },
    { status: 'broken', what: 's3://lake/runs', found: 'list: NoSuchBucket', wanted: 'that it answers', mend: 'look' },
  ]);
  expect(await storesCheck.look(machineAt(layOut(platformCommand({ pipelines: [] }))))).toEqual([]);
});
