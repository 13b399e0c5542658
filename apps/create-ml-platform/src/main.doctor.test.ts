import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { readText } from './doctor/machine/files.ts';
import type { Examination } from './doctor/report.ts';
import { layOut, toolFolder } from './doctor/testing/lay-out.ts';
import { type PackedCommand, packedCommand, plainEnvironment } from './testing/packed-command.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';
import { isRunning } from './write/temporary-folder.ts';

let command: PackedCommand;

beforeAll(async () => {
  command = await packedCommand();
}, 60_000);

afterAll(() => command.remove());

async function makeProject(): Promise<string> {
  const cwd = temporaryFolder();
  const { exit, stderr } = await command.run(['acme', '--no-install'], { cwd });
  expect(exit, stderr).toBe(0);
  return join(cwd, 'acme');
}

test('a project that was not installed is told what to type; nothing else is wrong with it', async () => {
  const cwd = await makeProject();
  const { exit, stdout, stderr } = await command.run(['doctor', '--offline', '--json'], { cwd: join(cwd, 'apps') });
  expect(stderr).toBe('');
  const { findings, healthy, ...about }: Examination = JSON.parse(stdout);
  expect(about).toMatchObject({ folder: expect.stringMatching(/acme$/), counts: { broken: 1 } });
  expect(findings.filter(({ status }) => status === 'broken')).toEqual([
    {
      group: 'Packages',
      status: 'broken',
      what: 'node_modules',
      found: 'the packages are not installed',
      wanted: 'as in package-lock.json',
      mend: 'npm ci',
    },
  ]);
  expect(findings).toContainEqual(expect.objectContaining({ group: 'Template', status: 'ok' }));
  expect({ exit, healthy }).toEqual({ exit: 1, healthy: false });
});

test('a broken record, no Git and an empty PATH are findings, not the end', async () => {
  const cwd = await makeProject();
  writeFileSync(join(cwd, 'platform.json'), '{');
  rmSync(join(cwd, '.git'), { recursive: true });
  const { exit, stdout, stderr } = await command.run(['doctor'], { cwd, env: plainEnvironment({ PATH: '/nowhere' }) });
  expect(stderr).toBe('');
  expect(stdout).toContain('  broken   platform.json: it is no JSON');
  expect(stdout).toMatch(/ {2}broken {3}Git: not on the PATH; wanted: .*\n {13}→ see https/);
  expect(stdout).toMatch(/\n\nNot healthy: \d+ broken, .* skipped/);
  expect(exit).toBe(1);
});

test('outside of a project, and with a flag that is none, it is a usage error', async () => {
  const outside = await command.run(['doctor'], { cwd: temporaryFolder() });
  expect(outside).toMatchObject({
    exit: 2,
    stdout: '',
    stderr: expect.stringMatching(/^error: no platform\.json in /),
  });
  const flag = await command.run(['doctor', '--ofline'], { cwd: temporaryFolder() });
  expect(flag.stderr).toBe('error: unknown flag --ofline\nhint:  did you mean --offline?\n');
  const help = await command.run(['doctor', '--help'], { cwd: temporaryFolder() });
  expect(help).toMatchObject({ exit: 0, stdout: expect.stringContaining('--strict') });
});

test('told to end, it ends what it had started', async () => {
  const cwd = await makeProject();
  const tools = toolFolder({ npm: `echo $$ > '${cwd}/started'; exec sleep 300` });
  const child = command.start(['doctor'], { cwd, env: plainEnvironment({ PATH: `${tools}:${process.env.PATH}` }) });
  const pid = await vi.waitUntil(() => Number(readText(join(cwd, 'started'))?.trim()), { timeout: 20_000 });
  expect(isRunning(pid)).toBe(true);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  expect(await ended).toEqual([null, 'SIGTERM']);
  await vi.waitUntil(() => !isRunning(pid), { timeout: 5000 });
});

const SECRETS = ['aws', 'azure', 'google', 'userpass', 'registry', 'dvc', 'leaked', 'pulumi'].map(
  (name) => `hunter2-${name}-0123456789`,
);
const [AWS, AZURE, GOOGLE, USER, REGISTRY, DVC, LEAKED, PULUMI] = SECRETS;

test.each([[[]], [['--json']], [['--debug']], [['--json', '--debug', '--strict']]])(
  'no secret is printed with %j, wherever it lies',
  async (flags) => {
    const cwd = await makeProject();
    // Tools that say all they know, as some do when they fail.
    const leak = `echo "error: $LEAKED_TOKEN, $AWS_SECRET_ACCESS_KEY" >&2; exit 1`;
    const tools = toolFolder({ dvc: leak, docker: leak, pulumi: leak, npm: leak });
    const google = layOut({ 'key.json': `{ "private_key": "${GOOGLE}"` });
    layOut(
      {
        '.dvc/config': `['remote "store"']\n    url = s3://data\n    secret_access_key = ${DVC}\n`,
        'infra/aws/Pulumi.yaml': '',
        '.npmrc': `registry=http://ada:${REGISTRY}@127.0.0.1:9/\n`,
      },
      cwd,
    );
    // What no check thinks of: a folder where a file should be.
    rmSync(join(cwd, 'apps/platform/package.json'));
    mkdirSync(join(cwd, 'apps/platform/package.json'));
    execFileSync('git', ['remote', 'add', 'origin', `http://ada:${USER}@127.0.0.1:9/acme.git?token=${LEAKED}`], {
      cwd,
    });
    const env = plainEnvironment({
      PATH: `${tools}:${process.env.PATH}`,
      AWS_ACCESS_KEY_ID: 'AKIA0123456789',
      AWS_SECRET_ACCESS_KEY: AWS,
      AZURE_CLIENT_SECRET: AZURE,
      GOOGLE_APPLICATION_CREDENTIALS: join(google, 'key.json'),
      PULUMI_ACCESS_TOKEN: PULUMI,
      LEAKED_TOKEN: LEAKED,
    });
    const { exit, stdout, stderr } = await command.run(['doctor', ...flags], { cwd, env });
    expect(exit).toBe(1);
    expect(stdout).toContain('AWS');
    expect(stdout).toContain('***');
    expect(stderr.includes('EISDIR'), stderr).toBe(flags.includes('--debug'));
    for (const secret of [...SECRETS, 'AKIA0123456789']) expect(stdout + stderr).not.toContain(secret);
  },
);
