import { mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { WORKSPACE } from '../../workspace.ts';
import { planBetween } from './plan.ts';

let root: string;
const git = (...args: string[]) => execa('git', args, { cwd: root, env: { GIT_CONFIG_GLOBAL: '/dev/null' } });
const manifest = (name: string, dependencies: Record<string, string> = {}) => JSON.stringify({ name, dependencies });
const FILES = {
  'package.json': '{ "name": "w", "private": true, "workspaces": ["apps/*", "libs/*", "infra/*"] }',
  'package-lock.json': '{ "name": "w", "lockfileVersion": 3, "packages": {} }',
  'nx.json': '{ "analytics": false, "neverConnectToCloud": true }',
  '.gitignore': 'node_modules\n.nx\n',
  'README.md': 'x\n',
  'libs/rates/package.json': manifest('@acme/rates'),
  'apps/sales/package.json': manifest('@acme/sales', { '@acme/rates': '*' }),
  'apps/sales/src/pipeline.ts': '// steps\n',
  'apps/visits/package.json': manifest('@acme/visits'),
  'apps/visits/src/pipeline.ts': '// steps\n',
  'apps/server/package.json': manifest('@acme/server'),
  'infra/aws/package.json': manifest('@acme/infra-aws', { '@acme/rates': '*' }),
  'infra/aws/index.ts': '// stack\n',
  'infra/aws/Pulumi.yaml': 'name: w\n',
  'infra/aws/Pulumi.dev.yaml': 'config: {}\n',
  'infra/aws/Pulumi.prod.yaml': 'config: {}\n',
};

async function commit(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), text);
  }
  await git('add', '--all');
  await git('-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--message', 'all');
}

beforeAll(async () => {
  // It would outlive the folder.
  vi.stubEnv('NX_DAEMON', 'false');
  root = await realpath(await mkdtemp(join(tmpdir(), 'plan-')));
  await git('init', '--quiet', '-b', 'main');
  await symlink(join(WORKSPACE, 'node_modules'), join(root, 'node_modules'));
  await commit(FILES);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true });
});

const dev = { project: 'infra-aws', stack: 'dev' };
const prod = { project: 'infra-aws', stack: 'prod' };

test.each([
  ['a page', ['README.md'], { pipelines: [], stacks: [] }],
  ["a pipeline's step", ['apps/visits/src/clean.ts'], { pipelines: ['visits'], stacks: [] }],
  ['a library', ['libs/rates/rates.ts'], { pipelines: ['sales'], stacks: [dev, prod] }],
  ['an app that is neither', ['apps/server/main.ts'], { pipelines: [], stacks: [] }],
  ["one stack's file", ['infra/aws/Pulumi.dev.yaml'], { pipelines: [], stacks: [dev] }],
  [
    "one stack's file and a step",
    ['infra/aws/Pulumi.dev.yaml', 'apps/visits/a.ts'],
    { pipelines: ['visits'], stacks: [dev] },
  ],
  [
    "a stack's file and the program",
    ['infra/aws/Pulumi.dev.yaml', 'infra/aws/index.ts'],
    { pipelines: [], stacks: [dev, prod] },
  ],
])('%s', async (_, files, expected) => {
  await git('checkout', '--quiet', '-B', 'topic', 'main');
  await commit(Object.fromEntries(files.map((file) => [file, 'config: {} # changed\n'])));
  const hasChanges = expected.pipelines.length + expected.stacks.length > 0;
  expect(await planBetween(root, 'main', 'topic')).toEqual({ ...expected, hasChanges });
});

test('what the other branch did since they parted is not looked at', async () => {
  await git('checkout', '--quiet', '-B', 'topic', 'main');
  await commit({ 'apps/visits/src/clean.ts': 'topic\n' });
  await git('checkout', '--quiet', '-B', 'other', 'main');
  await commit({ 'apps/sales/src/clean.ts': 'other\n' });
  expect((await planBetween(root, 'other', 'topic')).pipelines).toEqual(['visits']);
});

test('a commit that this clone lacks is refused with what to do', async () => {
  await expect(planBetween(root, 'nowhere', 'HEAD')).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('nowhere and HEAD can’t be compared'.replace('’', "'")),
    hint: expect.stringContaining('fetch-depth: 0'),
  });
});
