import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  contents,
  type Outcome,
  type PackedCommand,
  packedCommand,
  plainEnvironment,
} from './testing/packed-command.ts';
import { temporaryFolder } from './testing/temporary-folder.ts';

let command: PackedCommand;

beforeAll(async () => {
  command = await packedCommand();
}, 60_000);

afterAll(() => command.remove());

const FILES_ONLY = ['--no-install', '--no-git'];
const LATER = /npx (?:--yes )?create-ml-platform(?:@[\w.]+)? (?:update|add|remove|diff|doctor)/g;

test('a name makes a folder with the project and one commit', async () => {
  const cwd = temporaryFolder();
  const { exit, stdout } = await command.run(['acme', '--no-install'], { cwd });
  expect(exit).toBe(0);
  expect(stdout).toContain('Next:\n  cd acme\n  npm install\n  npm start\n');
  expect(readdirSync(cwd)).toEqual(['acme']);
  expect(git(join(cwd, 'acme'), 'log', '--format=%s')).toBe('Initial commit\n');
  expect(git(join(cwd, 'acme'), 'status', '--porcelain')).toBe('');
  expect(git(join(cwd, 'acme'), 'branch', '--show-current')).toBe('main\n');
});

test('nothing in the project speaks of what made it, but platform.json and the commands for later', async () => {
  const cwd = temporaryFolder();
  await command.run(['acme', ...FILES_ONLY], { cwd });
  const speaking = [...contents(join(cwd, 'acme'))].filter(([path, base64]) => {
    const text = Buffer.from(base64, 'base64').toString().replaceAll(LATER, '');
    return path !== 'platform.json' && text.includes('create-ml-platform');
  });
  expect(speaking.map(([path]) => path)).toEqual([]);
});

test('--json prints one document', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await command.run(['acme', '--example', 'none', '--json', '--no-install'], { cwd });
  const { files, ...report } = JSON.parse(stdout);
  expect(report).toMatchObject({
    path: join(cwd, 'acme'),
    name: 'acme',
    answers: { name: 'acme', example: 'none', clouds: [], ci: ['github'] },
    dryRun: false,
    steps: { git: 'committed', install: 'skipped' },
    warnings: [],
  });
  expect(files).toEqual([...contents(join(cwd, 'acme')).keys()].sort());
});

test('--dry-run lists the files and writes nothing', async () => {
  const cwd = temporaryFolder();
  const { exit, stdout } = await command.run(['acme', '--dry-run'], { cwd });
  expect(exit).toBe(0);
  expect(stdout).toContain('package.json\n');
  expect(stdout).toMatch(/\d+ files, \d+ KiB, would go to /);
  expect(readdirSync(cwd)).toEqual([]);
});

test('the example can be left out', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await command.run(['acme', '--example', 'none', ...FILES_ONLY], { cwd });
  expect(existsSync(join(cwd, 'acme/apps/flight-delays'))).toBe(false);
  expect(stdout).toContain('npm test');
});

test('render prints the files that create writes', async () => {
  const cwd = temporaryFolder();
  await command.run(['acme', ...FILES_ONLY], { cwd });
  const { stdout } = await command.run(['render', '--answers', '{"name":"acme"}', '--json'], { cwd });
  const rendered = Object.entries<{ text?: string; base64?: string }>(JSON.parse(stdout).files);
  const files = rendered.map(([path, { text, base64 }]) => [
    path,
    base64 ?? Buffer.from(text ?? '').toString('base64'),
  ]);
  expect(new Map(files as [string, string][])).toEqual(contents(join(cwd, 'acme')));
  expect((await command.run(['render', '--answers', '{"name":"acme"}'], { cwd })).stdout).toContain('package.json\n');
});

test('. is the folder we stand in, named after it or by --name', async () => {
  for (const [folder, args, name] of [
    ['acme', ['.'], 'acme'],
    ['My Folder', ['.', '--name', 'beta'], 'beta'],
  ] as const) {
    const cwd = join(temporaryFolder(), folder);
    mkdirSync(cwd);
    expect((await command.run([...args, '--no-install'], { cwd })).exit).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).name).toBe(name);
    expect(readdirSync(cwd).filter((entry) => /\.(tmp-\d+|placing)$/.test(entry))).toEqual([]);
    expect(git(cwd, 'status', '--porcelain')).toBe('');
  }
});

test('a fresh clone keeps what it has, and its history', async () => {
  const cwd = temporaryFolder();
  const clone = join(cwd, 'acme');
  git(cwd, 'init', '--quiet', 'acme');
  const theirs = { 'README.md': '# Acme\n\nOurs.\n\nMore.\n', LICENSE: 'ours\n', '.gitignore': '*.secret\n' };
  for (const [path, text] of Object.entries(theirs)) writeFileSync(join(clone, path), text);
  const { exit, stdout } = await command.run(['acme', '--no-install'], { cwd });
  expect(exit).toBe(0);
  expect(stdout).toContain('note: this is inside a Git work tree already');
  expect(readFileSync(join(clone, 'README.md'), 'utf8')).toBe(theirs['README.md']);
  expect(readFileSync(join(clone, 'LICENSE'), 'utf8')).toBe('ours\n');
  expect(readFileSync(join(clone, '.gitignore'), 'utf8')).toMatch(/node_modules\/\n[\s\S]*\n\*\.secret\n$/);
  expect(existsSync(join(clone, 'PLATFORM.md'))).toBe(true);
});

test('inside a work tree no second repository is made', async () => {
  const cwd = temporaryFolder();
  git(cwd, 'init', '--quiet');
  const { stdout } = await command.run(['acme', '--no-install'], { cwd });
  expect(stdout).toContain('note: this is inside a Git work tree already: made no repository');
  expect(existsSync(join(cwd, 'acme/.git'))).toBe(false);
});

test("the user's choice of a first branch is kept", async () => {
  const cwd = temporaryFolder();
  const env = plainEnvironment({
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'init.defaultBranch',
    GIT_CONFIG_VALUE_0: 'trunk',
  });
  await command.run(['acme', '--no-install'], { cwd, env });
  expect(git(join(cwd, 'acme'), 'branch', '--show-current')).toBe('trunk\n');
});

test('without an identity the repository waits for its first commit', async () => {
  const cwd = temporaryFolder();
  const env = { PATH: process.env.PATH, HOME: cwd, ...config('user.useConfigOnly', 'true') };
  const { exit, stdout } = await command.run(['acme', '--no-install'], { cwd, env });
  expect(exit).toBe(0);
  expect(stdout).toContain("note: no first commit: Git doesn't know your name");
  expect(git(join(cwd, 'acme'), 'status', '--porcelain')).toContain('A  package.json');
});

test.each([
  ['../x', 2, /the name '..\/x' is a path/],
  ['con', 2, /is a device on Windows[\s\S]*try 'con-ml'/],
  ['Ünï', 2, /the name 'Ünï' has to be[\s\S]*try 'uni'/],
  ['a'.repeat(300), 2, /has 300 letters: at most 40/],
  ['fs', 2, /is a module of Node/],
  ['node_modules', 2, /npm's own folder/],
  ['create', 2, /is kept for a command/],
  ['Acme', 2, /try 'acme'/],
  ['nx', 2, /taken by an npm package that the project itself uses[\s\S]*try 'nx-ml'/],
  ['--no-instal', 2, /unknown flag --no-instal\nhint: {2}did you mean --no-install\?/],
])('%s is refused and leaves nothing', async (name, exit, message) => {
  const cwd = temporaryFolder();
  expectRefusal(await command.run([name, '--yes'], { cwd }), exit, message);
  expect(readdirSync(cwd)).toEqual([]);
});

test.each([
  [['-x'], /unknown flag -x/],
  [['--', '-x'], /the name '-x' has to be[\s\S]*try 'x'/],
  [[], /a name is missing\nhint: {2}npx create-ml-platform acme/],
  [['acme', '--clouds', 'awss'], /unknown cloud 'awss': this version has aws\nhint: {2}did you mean --clouds aws\?/],
  [
    ['acme', '--example', 'flight-delay'],
    /unknown example 'flight-delay'[\s\S]*did you mean --example flight-delays\?/,
  ],
  [['acme', '--example'], /--example needs a value/],
  [['render', '--answers', '{"exampel":"none"}'], /unknown answer 'exampel'\nhint: {2}did you mean 'example'\?/],
])('%j is refused and leaves nothing', async (args, message) => {
  const cwd = temporaryFolder();
  expectRefusal(await command.run(args, { cwd }), 2, message);
  expect(readdirSync(cwd)).toEqual([]);
});

test("a folder whose name can't be the project's asks for --name", async () => {
  const cwd = join(temporaryFolder(), 'My Folder');
  mkdirSync(cwd);
  expectRefusal(
    await command.run(['.'], { cwd }),
    2,
    /hint: {2}name the project yourself: npx create-ml-platform . --name my-folder/,
  );
});

test('a folder with files is refused and stays as it is', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'acme'));
  writeFileSync(join(cwd, 'acme/notes.txt'), 'mine');
  expectRefusal(await command.run(['acme'], { cwd }), 2, /acme has files in it: notes.txt; expected an empty folder/);
  expect(readdirSync(join(cwd, 'acme'))).toEqual(['notes.txt']);
});

test('without Git, nothing is written; --no-git goes without', async () => {
  const cwd = temporaryFolder();
  const env = { PATH: join(cwd, 'nowhere') };
  expectRefusal(
    await command.run(['acme', '--no-install'], { cwd, env }),
    5,
    /git is not installed[\s\S]*pass --no-git/,
  );
  expect(readdirSync(cwd)).toEqual([]);
  expect((await command.run(['acme', ...FILES_ONLY], { cwd, env })).exit).toBe(0);
});

test('without npm, nothing is written', async () => {
  const cwd = temporaryFolder();
  const env = { PATH: join(cwd, 'nowhere') };
  expectRefusal(
    await command.run(['acme', '--no-git'], { cwd, env }),
    5,
    /npm is not installed[\s\S]*pass --no-install/,
  );
  expect(readdirSync(cwd)).toEqual([]);
});

test('when the install fails, the project is whole and the exit code says so', async () => {
  const cwd = temporaryFolder();
  const env = plainEnvironment({
    npm_config_cache: join(cwd, '.cache'),
    npm_config_registry: 'http://127.0.0.1:1/',
    npm_config_fetch_retries: '0',
  });
  const outcome = await command.run(['acme'], { cwd, env });
  expectRefusal(
    outcome,
    5,
    /npm ci failed: request to http:\/\/127.0.0.1:1\/.* failed, reason: .*; the project in .*acme is whole, only not installed\nhint: {2}check the network .*, then: cd .*acme && npm install\n$/,
  );
  expect(git(join(cwd, 'acme'), 'log', '--format=%s')).toBe('Initial commit\n');
}, 60_000);

test('the npm that is found runs in the project, with the environment as it is', async () => {
  const cwd = temporaryFolder();
  const tools = join(cwd, 'tools');
  mkdirSync(tools);
  writeFileSync(join(tools, 'npm'), `#!/bin/sh\necho "$PWD $* $npm_config_registry" > ${join(cwd, 'called')}\n`);
  chmodSync(join(tools, 'npm'), 0o755);
  const env = { PATH: `${tools}:/bin:/usr/bin`, npm_config_registry: 'http://mirror.example/' };
  expect((await command.run(['acme', '--no-git'], { cwd, env })).exit).toBe(0);
  expect(readFileSync(join(cwd, 'called'), 'utf8')).toMatch(/acme ci .* http:\/\/mirror\.example\/\n$/);
});

test('an old Node is told so before it meets new syntax', async () => {
  const cwd = temporaryFolder();
  const pretend = join(cwd, 'pretend.cjs');
  writeFileSync(pretend, "Object.defineProperty(process.versions, 'node', { value: '18.20.0' });\n");
  const outcome = await command.run(['acme'], { cwd, node: [process.execPath, '--require', pretend] });
  expectRefusal(outcome, 5, /Node 18.20.0 is too old: create-ml-platform needs Node 20 or newer/);
  expect(existsSync(join(cwd, 'acme'))).toBe(false);
});

test("runs on the machine's own Node", async () => {
  const cwd = temporaryFolder();
  const node = (process.env.PATH ?? '').split(':').map((folder) => join(folder, 'node'));
  const own = node.find((path) => existsSync(path) && !path.includes('node_modules')) ?? process.execPath;
  expect((await command.run(['acme', ...FILES_ONLY], { cwd, node: [own] })).exit).toBe(0);
});

test('two runs for one name: one wins, the other says why', async () => {
  const cwd = temporaryFolder();
  const outcomes = await Promise.all([1, 2].map(() => command.run(['acme', ...FILES_ONLY], { cwd })));
  const [winner, loser] = outcomes.toSorted((a, b) => (a.exit ?? 0) - (b.exit ?? 0));
  expect(winner?.exit).toBe(0);
  expect([2, 6]).toContain(loser?.exit);
  expect(loser?.stderr).toMatch(/^error: .*(another run was first|already holds a project)[\s\S]*\nhint: /);
  expect(readdirSync(cwd)).toEqual(['acme']);
});

test('a run with other answers finishes an interrupted one, and says so', async () => {
  const cwd = join(temporaryFolder(), 'acme');
  mkdirSync(join(cwd, '.acme.placing/tree'), { recursive: true });
  writeFileSync(join(cwd, '.acme.placing/tree/package.json'), '{}');
  writeFileSync(
    join(cwd, '.acme.placing/journal.json'),
    JSON.stringify({ pid: 5_000_000, request: '{"example":"none"}' }),
  );
  const outcome = await command.run(['.', ...FILES_ONLY], { cwd });
  expectRefusal(
    outcome,
    2,
    /an earlier run was interrupted here; it is finished now, with its own answers: {"example":"none"}/,
  );
  expect(readdirSync(cwd)).toEqual(['package.json']);
});

test('a link to an empty folder fills that folder', async () => {
  const cwd = temporaryFolder();
  mkdirSync(join(cwd, 'real'));
  symlinkSync('real', join(cwd, 'acme'));
  expect((await command.run(['acme', ...FILES_ONLY], { cwd })).exit).toBe(0);
  expect(existsSync(join(cwd, 'real/package.json'))).toBe(true);
});

test('--help names every flag, --version the version', async () => {
  const cwd = temporaryFolder();
  const { stdout } = await command.run(['--help'], { cwd });
  for (const flag of ['--example', '--clouds', '--ci', '--dry-run', '--no-install', '--no-git', '--json', 'render']) {
    expect(stdout).toContain(flag);
  }
  for (const [name, flags] of [
    ['update', ['--force', '--dry-run', '--abort', '--no-install', '--json']],
    ['add', ['--dry-run', '--abort', '--no-install', '--json']],
    ['remove', ['--dry-run', '--abort', '--no-install', '--json']],
    ['diff', ['--patch', '--json']],
  ] as const) {
    const { stdout: help } = await command.run([name, '--help'], { cwd });
    expect(help).toMatch(new RegExp(`^Usage: npx create-ml-platform ${name}`));
    for (const flag of flags) expect(help).toContain(flag);
    expect(stdout).toContain(name);
  }
  expect((await command.run(['--version'], { cwd })).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

function expectRefusal({ exit, stdout, stderr }: Outcome, code: number, message: RegExp): void {
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/\nhint: {2}\S.*\n$/);
  expect(stderr).not.toMatch(/\n {4}at /);
  expect({ exit, stdout }).toEqual({ exit: code, stdout: '' });
}

function config(key: string, value: string): NodeJS.ProcessEnv {
  return { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: key, GIT_CONFIG_VALUE_0: value };
}

function git(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, { cwd, encoding: 'utf8', env: plainEnvironment() });
}
