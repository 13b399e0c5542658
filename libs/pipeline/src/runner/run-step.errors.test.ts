import { chmod, mkdir, readdir, readFile, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { pythonEnvironment } from '../python/python-environment.ts';
import { type CommandResult, type NumbersProject, numbersProject } from '../testing/numbers-project.ts';

const CLOSED = 'http://127.0.0.1:1/simple';
const LOCKED_SIX = `six==1.17.0 --hash=sha256:4721f391ed90541fddacab5acf947aa0d3dc7d27b2e1e8eda2be8970586c3274\n`;

let project: NumbersProject;
let tools: string;
beforeEach(async () => {
  project = await numbersProject();
  tools = join(project.folder, 'tools');
  await mkdir(tools);
});
afterEach(() => project.remove());

/** One message and one hint on standard error, no stack, the documented exit code, and no artifact. */
async function expectRefusal(result: CommandResult, exitCode: number, message: string, hint: string): Promise<void> {
  expect(result.stderr.split('\n')).toEqual([
    expect.stringContaining(`error: ${message}`),
    expect.stringContaining(`hint:  ${hint}`),
  ]);
  expect(result.exitCode).toBe(exitCode);
  expect(await project.artifacts()).toEqual([]);
}

const write = (path: string, text: string) => writeFile(join(project.folder, path), text);

/** A `python3` that prints one thing when asked for its version, and another, failing, when asked for anything else. */
async function pretendPython(version: string, otherwise = ''): Promise<void> {
  const script = `#!/bin/sh\n[ "$1" = --version ] && echo 'Python ${version}' && exit 0\necho '${otherwise}'\nexit 1\n`;
  await writeFile(join(tools, 'python3'), script);
  await chmod(join(tools, 'python3'), 0o755);
}

test('no Python on the PATH', async () => {
  const result = await project.command(['--step', 'breaking'], { PATH: tools });
  await expectRefusal(
    result,
    5,
    'there is no Python on the PATH, and the step is written in it',
    'install Python 3.11 or newer',
  );
});

test('a Python that is too old', async () => {
  await pretendPython('3.9.18');
  await expectRefusal(
    await project.command(['--step', 'breaking'], { PATH: tools }),
    5,
    'the Python on the PATH is too old: python3 is 3.9, expected 3.11 or newer',
    'install Python 3.11 or newer, and put it first on the PATH',
  );
});

test('a Python without its venv module', async () => {
  await pretendPython('3.12.3', 'because ensurepip is not available.');
  await expectRefusal(
    await project.command(['--step', 'breaking'], { PATH: tools, XDG_CACHE_HOME: join(project.folder, 'cache') }),
    5,
    `the Python environment of ${join(project.folder, 'requirements.txt')} could not be made: this Python has no venv module`,
    'install it (Debian, Ubuntu: apt install python3-venv), or install uv',
  );
});

test('no network for uv, which makes the environment', async () => {
  const cache = join(project.folder, 'cache');
  const result = await project.command(['--step', 'breaking'], {
    PATH: await onlyPython(),
    XDG_CACHE_HOME: cache,
    PIP_INDEX_URL: CLOSED,
    PIP_FIND_LINKS: '',
    PIP_RETRIES: '0',
    PIP_NO_CACHE_DIR: '1',
  });
  await expectRefusal(
    result,
    5,
    `the Python environment of ${join(project.folder, 'requirements.txt')} could not be made: the package index can't be reached`,
    'check the network, or name a mirror in PIP_INDEX_URL, then run the step again',
  );
  expect(await readdir(join(cache, 'ml-platform'))).toEqual(['python']);
  expect(await readdir(join(cache, 'ml-platform/python'))).toEqual([]);
});

test('no network for the packages of the environment', async () => {
  await write('requirements.txt', LOCKED_SIX);
  const cache = join(project.folder, 'cache');
  await lendUv(cache);
  const result = await project.command(['--step', 'breaking'], {
    XDG_CACHE_HOME: cache,
    UV_CACHE_DIR: join(project.folder, 'uv-cache'),
    UV_FIND_LINKS: '',
    UV_HTTP_RETRIES: '0',
    UV_DEFAULT_INDEX: CLOSED,
  });
  await expectRefusal(
    result,
    5,
    `the Python environment of ${join(project.folder, 'requirements.txt')} could not be made: the package index at 127.0.0.1:1 can't be reached`,
    'check the network',
  );
  expect(await readdir(join(cache, 'ml-platform/python'))).toEqual([]);
});

test('a cut-off Parquet file as an output, and as an input', async () => {
  await expectRefusal(
    await project.command(['--step', 'pack', '--param', 'cut=true']),
    8,
    "output 'rows' of step 'pack' is not a whole Parquet file (9 bytes, no PAR1 at byte 5)",
    'it is declared parquet: write one',
  );
  expect((await project.command(['--step', 'pack'])).exitCode).toBe(0);
  const rows = join(project.folder, 'artifacts/pack/rows.parquet');
  await truncate(rows, 9);
  const { exitCode, stderr } = await project.command(['--step', 'unpack']);
  expect(stderr).toBe(
    `error: input 'rows' of 'unpack': ${rows} is not a whole Parquet file (9 bytes, no PAR1 at byte 5)\n` +
      'hint:  make it again: npx nx run numbers:pack --skip-nx-cache',
  );
  expect(exitCode).toBe(4);
  expect(await project.artifacts()).toEqual(['pack']);
});

test('an input that is not there', async () => {
  await expectRefusal(
    await project.command(['--step', 'unpack']),
    7,
    `input ${join(project.folder, 'artifacts/pack/rows.parquet')} isn't there`,
    "run 'pack' first: npx nx run numbers:pack",
  );
});

test.each([
  ['count:\n  upTo: 3\n  upToo: 5\n', ':3: count.upToo: no such parameter', "did you mean 'upTo'?"],
  ['count:\n\n  upTo: many\n', ':3: count.upTo: expected number, received string', 'parameters of count: upTo'],
  ['count:\n  upTo: -1\n', ':2: count.upTo: Too small: expected number to be >0', 'parameters of count: upTo'],
  ['cuont:\n  upTo: 3\n', ":1: cuont: pipeline 'numbers' has no step of that name", "did you mean 'count'?"],
  ['count: [\n', ':2: ', 'correct the YAML'],
])('a parameter file with %j', async (text, message, hint) => {
  await write('params.yaml', text);
  const result = await project.command(['--step', 'count']);
  await expectRefusal(result, 3, `${join(project.folder, 'params.yaml')}${message}`, hint);
});

test.each([
  ['add(count); add(count);', "two steps are named 'count'", 'give the second one a name of its own'],
  [
    "add(count, {}, { after: ['wordy'] }); add(wordy, {}, { after: ['count'] });",
    "pipeline 'numbers' has a cycle: count → wordy → count",
    'remove one of these dependencies',
  ],
])('a pipeline that does %s', async (body, message, hint) => {
  const definition = join(project.folder, 'src/pipeline.ts');
  const text = await readFile(definition, 'utf8');
  await writeFile(definition, text.replace(/(=> \{\n)[\s\S]*$/, `$1  ${body}\n});\n`));
  await expectRefusal(await project.command(['--step', 'count']), 3, message, hint);
});

test('an output that the step forgot to write', async () => {
  await expectRefusal(
    await project.command(['--step', 'forgetful']),
    8,
    "step 'forgetful' did not write its output 'text'",
    'write it to outputs.text, or take it out',
  );
});

test('a Python script that raises: its traceback is printed, then what to do', async () => {
  const result = await project.command(['--step', 'breaking']);
  expect(result.stdout).toContain('ValueError: the well is dry');
  await expectRefusal(
    result,
    8,
    "step 'breaking' of 'numbers' failed: breaking.py ended with exit code 1; what it said stands above",
    'mend it, then: npx nx run numbers:breaking',
  );
});

test('a Python script that the system killed', async () => {
  await expectRefusal(
    await project.command(['--step', 'greedy']),
    8,
    "step 'greedy' of 'numbers' failed: greedy.py was killed (SIGKILL), as by a machine that is out of memory",
    'mend it, then: npx nx run numbers:greedy',
  );
});

test('no lock of the Python packages', async () => {
  await rm(join(project.folder, 'requirements.txt'));
  await expectRefusal(
    await project.command(['--step', 'breaking']),
    3,
    `a Python step needs ${join(project.folder, 'requirements.txt')}, which isn't there`,
    '',
  );
});

test('a folder that artifacts cannot be written to', async () => {
  await write('artifacts', 'a file');
  const { exitCode, stderr } = await project.command(['--step', 'count']);
  expect(stderr).toMatch(
    /^error: can't write in .*\/artifacts\/\.locks: .*\nhint: {2}run it where the project's folder/,
  );
  expect(exitCode).toBe(5);
});

test.each([
  [['--step', 'cuont'], 7, "pipeline 'numbers' has no step 'cuont'", "did you mean 'count'?"],
  [['--step', 'count', '--param', 'upToo=3'], 2, "pipeline 'numbers' has no parameter 'upToo'", "did you mean 'upTo'?"],
  [['--step', 'count', '--params', 'upTo=3'], 2, "Unknown option '--params'", 'run-step --help'],
  [['--step', 'count', '--env', 'prod'], 3, "environment 'prod' has no parameter file", 'write it'],
])('the command line %j', async (args, exitCode, message, hint) => {
  await expectRefusal(await project.command(args), exitCode, message, hint);
});

/** A PATH with this machine's Python and without a uv. */
async function onlyPython(): Promise<string> {
  const { stdout } = await execa('python3', ['-c', 'import sys; print(sys.executable)']);
  await symlink(stdout, join(tools, 'python3'));
  return tools;
}

/** Puts the uv that this machine's environments were made with into another cache. */
async function lendUv(cache: string): Promise<void> {
  await write('none.txt', '');
  const python = await pythonEnvironment(join(project.folder, 'none.txt'));
  const own = dirname(dirname(dirname(dirname(python))));
  const uv = (await readdir(own)).find((name) => /^uv-[\d.]+$/.test(name));
  await mkdir(join(cache, 'ml-platform'), { recursive: true });
  if (uv) await symlink(join(own, uv), join(cache, 'ml-platform', uv));
}
