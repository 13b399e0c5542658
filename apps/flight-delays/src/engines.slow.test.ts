import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runLocally } from '@ml-platform/orchestrators/testing/run-locally';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { WorkspaceCopy } from './testing/copy-of-workspace.ts';
import { artifacts, edit, hashesIn, nx, smallCopy } from './testing/small-run.ts';

const MINUTES = 60_000;
const ORCHESTRATORS = fileURLToPath(new URL('../../../libs/orchestrators/src/', import.meta.url));
const NODE_FOLDER = fileURLToPath(new URL('../../../node_modules/.bin', import.meta.url));

/** With so few flights the model doesn't beat the baseline, so it isn't registered. */
const WORSE = [
  ['rows: 40000', 'rows: 2000'],
  ['minFoldRows: 1000', 'minFoldRows: 50'],
  ['trees: 20', 'trees: 1'],
] as const;

type Hashes = Record<string, string>;
let registered: Hashes;
let refused: Hashes;
const copies: WorkspaceCopy[] = [];
beforeAll(async () => {
  const plain = await copy();
  const run = async () => {
    const { text, exitCode } = await nx(plain, 'run', 'flight-delays:run');
    expect(exitCode, text).toBe(0);
    return artifacts(plain);
  };
  registered = await run();
  await makeWorse(plain);
  refused = await run();
  const register = (name: string) => readFile(join(plain.project, 'artifacts/register', name), 'utf8');
  expect(await register('skipped.json')).toContain('evaluate.auc = ');
  await expect(register('version.json')).rejects.toThrow('ENOENT');
}, 10 * MINUTES);
afterAll(() => Promise.all(copies.map(({ remove }) => remove())));

async function makeWorse(workspace: WorkspaceCopy): Promise<void> {
  for (const [from, to] of WORSE) await edit(workspace, 'params.yaml', from, to);
}

/** The gate says yes, then no: both times the artifacts are those of Nx. */
async function expectAsByNx(workspace: WorkspaceCopy, run: () => Promise<unknown>): Promise<void> {
  await run();
  expect(await artifacts(workspace)).toEqual(registered);
  await makeWorse(workspace);
  await run();
  expect(await artifacts(workspace)).toEqual(refused);
}

async function copy(): Promise<WorkspaceCopy> {
  const made = await smallCopy();
  copies.push(made);
  return made;
}

async function compiled(workspace: WorkspaceCopy, ...args: string[]): Promise<string[]> {
  const { text, exitCode } = await nx(workspace, 'run', 'flight-delays:compile', ...args);
  expect(exitCode, text).toBe(0);
  return text.split('\n').filter((line) => line.startsWith(workspace.root));
}

test(
  'dvc repro leaves what Nx leaves',
  async () => {
    const workspace = await copy();
    const python = await pythonEnvironment(join(ORCHESTRATORS, 'dvc/testing/requirements.txt'));
    const bin = dirname(python);
    const env = { PATH: [NODE_FOLDER, bin, process.env.PATH].join(delimiter), DVC_NO_ANALYTICS: '1' };
    const dvc = (cwd: string, ...args: string[]) => execa(join(bin, 'dvc'), args, { cwd, env });
    await dvc(workspace.root, 'init', '--quiet');
    await compiled(workspace, '--target', 'dvc', '--without', 'cpu,memory,spot');
    await expectAsByNx(workspace, () => dvc(workspace.project, 'repro'));
  },
  10 * MINUTES,
);

test(
  'airflow dags test leaves what Nx leaves',
  async () => {
    const workspace = await copy();
    const home = await mkdtemp(join(tmpdir(), 'airflow-'));
    try {
      const python = await pythonEnvironment(join(ORCHESTRATORS, 'airflow/testing/requirements.txt'));
      const dags = join(home, 'dags');
      await mkdir(dags);
      const env = {
        PATH: [NODE_FOLDER, process.env.PATH].join(delimiter),
        AIRFLOW_HOME: home,
        AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
        AIRFLOW__CORE__DAGS_FOLDER: dags,
      };
      const airflow = (...args: string[]) => execa(join(dirname(python), 'airflow'), args, { env, cwd: home });
      await compiled(workspace, '--target', 'airflow', '--without', 'cpu,memory,spot', '--out', dags);
      await airflow('db', 'migrate');
      await expectAsByNx(workspace, () => airflow('dags', 'test', 'flight-delays'));
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  },
  10 * MINUTES,
);

const LAKE = 's3://lake/runs';
const TARGETS = `step-functions:
  lake: ${LAKE}
  batch:
    queue: on-demand
    spotQueue: spot
    jobDefinitions: { typescript: steps, python: steps-python }
`;

test(
  'a state machine whose jobs are the step runner leaves what Nx leaves',
  async () => {
    const workspace = await copy();
    await writeFile(join(workspace.project, 'targets.yaml'), TARGETS);
    const [file = ''] = await compiled(workspace, '--target', 'step-functions', '--out', join(workspace.root, 'dist'));
    const machine = await readFile(file, 'utf8');
    const lake = join(workspace.root, 'lake');
    const inLake = (place: string) => place.replace(LAKE, pathToFileURL(lake).href);
    const runner = join(workspace.root, 'libs/pipeline/bin/run-step.mjs');
    let count = 0;
    const run = async () => {
      const name = `run-${++count}`;
      await runLocally(
        machine,
        {},
        {
          name,
          job: async ([, ...words]) => {
            await execa(process.execPath, [runner, ...words.map(inLake)], { cwd: workspace.root });
          },
          object: ({ Bucket, Key }) => readFile(fileURLToPath(inLake(`s3://${Bucket}/${Key}`)), 'utf8'),
        },
      );
      return hashesIn(join(lake, name));
    };
    expect(await run()).toEqual(registered);
    await makeWorse(workspace);
    const { register: _, ...rest } = refused;
    expect(await run(), 'the state machine goes past the step, and leaves nothing of it').toEqual(rest);
  },
  10 * MINUTES,
);
