import { fileURLToPath } from 'node:url';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Check } from '../check.ts';
import { layOut, machineWith, platformCommand } from '../testing/lay-out.ts';
import { dockerCheck, dvcCheck, gitCheck, javaCheck, npmCheck, pulumiCheck, pythonCheck } from './tools.ts';

const REPOSITORY = fileURLToPath(new URL('../../../../../', import.meta.url));
const RUNNER = 'libs/pipeline/src/python';
type Files = Readonly<Record<string, string | object>>;
type Tools = Readonly<Record<string, string>>;

/** The project's own step runner, which says what it needs. */
const runner = Object.fromEntries(
  ['find-python.ts', 'find-java.ts', 'uv.ts'].map((name) => [
    `${RUNNER}/${name}`,
    readFileSync(join(REPOSITORY, RUNNER, name), 'utf8'),
  ]),
);
const inPython = { ...runner, 'apps/sales/package.json': {}, 'apps/sales/requirements.in': 'polars\n' };
const plain = { 'apps/sales/package.json': {} };

const look = (check: Check, files: Files, tools: Tools, env?: NodeJS.ProcessEnv) =>
  check.look(machineWith(layOut(files), tools, env));

test.each<[string, Check, Files, Tools]>([
  ['npm', npmCheck, plain, {}],
  ['Git', gitCheck, plain, {}],
  ['Python', pythonCheck, inPython, {}],
  ['Pulumi', pulumiCheck, { 'infra/aws/Pulumi.yaml': 'name: aws\n' }, {}],
])('%s that is missing is broken, with the command that installs it', async (what, check, files, tools) => {
  expect(await look(check, files, tools)).toEqual([
    {
      status: 'broken',
      what,
      found: 'not on the PATH',
      wanted: expect.any(String),
      mend: expect.stringMatching(/^see |^pip /),
    },
  ]);
});

test('the command is that of the package manager which is there', async () => {
  const rights = process.getuid?.() === 0 ? '' : 'sudo ';
  for (const [manager, mend] of [
    ['apt-get', `${rights}apt-get install git`],
    ['brew', 'brew install git'],
  ] as const) {
    expect(await look(gitCheck, plain, { [manager]: '' })).toMatchObject([{ mend }]);
  }
});

test('what no part of the project uses is not asked for', async () => {
  for (const check of [pythonCheck, javaCheck, dvcCheck, pulumiCheck, dockerCheck])
    expect(await look(check, plain, {}), check.title).toEqual([]);
});

test('an old Git still does, but for updates', async () => {
  expect(await look(gitCheck, plain, { git: 'echo git version 2.39.5 "(Apple Git-154)"' })).toEqual([
    { status: 'ok', what: 'Git', found: '2.39.5' },
  ]);
  expect(await look(gitCheck, plain, { git: 'echo git version 2.34.1' })).toMatchObject([
    { status: 'warning', found: '2.34.1', wanted: '2.38 or newer, for updates of the template' },
  ]);
});

test('the first Python that is new enough for the step runner serves, with its uv or one on the PATH', async () => {
  const old = { python3: 'echo Python 3.9.2' };
  expect(await look(pythonCheck, inPython, old)).toMatchObject([
    { status: 'broken', found: '3.9.2, python3', wanted: '3.11 or newer, for the steps in Python' },
  ]);
  expect(await look(pythonCheck, inPython, { ...old, python: 'echo Python 3.12.1', uv: 'echo uv 0.9.1' })).toEqual([
    { status: 'ok', what: 'Python', found: '3.12.1, python' },
    { status: 'ok', what: 'uv', found: '0.9.1' },
  ]);
});

test("Debian's Python without venv can't make uv", async () => {
  const debian = `[ "$1" = -c ] && { echo "ModuleNotFoundError: No module named 'ensurepip'" >&2; exit 1; }; echo Python 3.12.1`;
  const [python, uv] = await look(pythonCheck, inPython, { python3: debian, 'apt-get': '' });
  expect(python).toMatchObject({ status: 'ok' });
  expect(uv).toMatchObject({
    status: 'broken',
    found: "neither on the PATH, nor can python3 make it: ModuleNotFoundError: No module named 'ensurepip'",
    mend: expect.stringMatching(/apt-get install python3 python3-venv$/),
  });
  expect(await look(pythonCheck, inPython, { python3: 'echo Python 3.12.1' })).toMatchObject([
    { status: 'ok' },
    { status: 'ok', found: expect.stringMatching(/^not on the PATH: the platform's own, [\d.]+, serves$/) },
  ]);
});

test('Java is asked for where Spark is and brings none', async () => {
  const project = (requirements: string) => ({
    ...runner,
    'apps/sales/package.json': {},
    'apps/sales/requirements.in': requirements,
  });
  const java = (version: string) => ({ java: `echo 'openjdk version "${version}" 2025-04-15' >&2` });
  expect(await look(javaCheck, project('pyspark\njdk4py==17.*\n'), {})).toEqual([]);
  expect(await look(javaCheck, project('pyspark\n'), java('17.0.15'))).toMatchObject([
    { status: 'ok', found: '17.0.15' },
  ]);
  expect(await look(javaCheck, project('pyspark\n'), java('1.8.0_292'))).toMatchObject([
    { status: 'broken', found: '8.0', wanted: '17 or newer, for the steps on Spark' },
  ]);
  expect(await look(javaCheck, project('pyspark\n'), java('17.0.1'), { JAVA_HOME: '/nowhere' })).toMatchObject([
    { status: 'broken', found: 'none in JAVA_HOME, /nowhere' },
  ]);
});

test('what pipelines say they use is asked for as well', async () => {
  const sales = {
    name: 'sales',
    steps: 1,
    languages: ['python'],
    frameworks: ['spark'],
    targets: ['dvc'],
    stores: [],
    problems: [],
  };
  const folder = layOut({ ...runner, ...platformCommand({ pipelines: [sales] }) });
  const machine = machineWith(folder, { node: `exec ${process.execPath} "$@"` });
  for (const check of [pythonCheck, javaCheck, dvcCheck])
    expect(await check.look(machine), check.title).toMatchObject([{ status: 'broken' }]);
});

test('Docker is no more than a note', async () => {
  const files = { 'apps/server/package.json': {}, 'apps/server/Dockerfile': 'FROM node:24\n' };
  expect(await look(dockerCheck, files, {})).toMatchObject([{ status: 'note' }]);
  expect(await look(dockerCheck, files, { docker: 'exit 1' })).toMatchObject([
    { status: 'note', found: 'its daemon does not run; only images need it' },
  ]);
  expect(await look(dockerCheck, files, { docker: 'echo 28.2.2' })).toMatchObject([{ status: 'ok' }]);
});
