import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type PipelineDocument, pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Feature } from '../features.ts';
import { compile } from '../target.ts';
import { NODE_FOLDER, numbersProject, type Project, RUN_STEP, STRESS_RUNS, stressProject } from '../testing/project.ts';
import { airflow } from './airflow.ts';

const TESTING = fileURLToPath(new URL('./testing', import.meta.url));

let home: string;
let python: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'airflow-'));
  await mkdir(join(home, 'dags'));
  python = await pythonEnvironment(join(TESTING, 'requirements.txt'));
  await inAirflow(['-m', 'airflow', 'db', 'migrate']);
}, 600_000);
afterAll(() => rm(home, { recursive: true, force: true }));

let project: Project;
beforeEach(async () => {
  project = await numbersProject();
  return project.remove;
});

async function inAirflow(args: readonly string[]): Promise<string> {
  const { PATH = '' } = process.env;
  const env = {
    PATH: [NODE_FOLDER, PATH].join(delimiter),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__DAGS_FOLDER: join(home, 'dags'),
  };
  const { all, stdout, exitCode } = await execa(python, args, { env, cwd: home, all: true, reject: false });
  expect(exitCode, all).toBe(0);
  return stdout;
}

interface DagResult {
  readonly importErrors: Readonly<Record<string, string>>;
  readonly state: string;
  readonly tags: readonly string[];
  /** When the scheduler starts it next. */
  readonly next: string | null;
  readonly tasks: Readonly<Record<string, string>>;
  readonly tries: Readonly<Record<string, number>>;
}

/** Runs the compiled document; what Airflow logs comes before the result. */
async function runDag(
  document: PipelineDocument,
  conf: object = {},
  without: readonly Feature[] = [],
): Promise<DagResult> {
  const files = compile(airflow, document, { project: project.folder, runStep: RUN_STEP }, { without });
  const dags = join(home, 'dags');
  for (const [path, text] of files) await writeFile(join(dags, path), text);
  const stdout = await inAirflow([join(TESTING, 'run_dag.py'), dags, document.name, JSON.stringify(conf)]);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as DagResult;
}

const UNGATED = { 'add-up': 'success', count: 'success', gather: 'success', square: 'success' };

async function expectSameArtifacts(params: readonly string[]): Promise<void> {
  const other = await numbersProject();
  try {
    await other.runAll(params);
    expect(await project.hashes()).toEqual(await other.hashes());
  } finally {
    await other.remove();
  }
}

test('a gate that says yes: every task runs, and leaves what the step runner leaves', async () => {
  const schedule = { cron: '30 6 * * *', timezone: 'Asia/Kolkata' };
  const { importErrors, state, tasks, tags, next } = await runDag({
    ...project.document,
    schedule,
    labels: { team: 'sums' },
  });
  expect(importErrors).toEqual({});
  expect(state).toBe('success');
  expect(tasks).toEqual({ ...UNGATED, celebrate: 'success', 'after-party': 'success' });
  expect(tags).toEqual(['team:sums']);
  expect(next).toMatch(/T01:00:00\+00:00$/);
  await expectSameArtifacts([]);
});

test("a gate that says no: its task and what follows are skipped; the run's own value reached the steps", async () => {
  await project.runAll();
  const { state, tasks } = await runDag(project.document, { 'count.upTo': 2 });
  expect(state).toBe('success');
  expect(tasks).toEqual({ ...UNGATED, celebrate: 'skipped', 'after-party': 'skipped' });
  expect(await readFile(join(project.folder, 'artifacts/count/numbers.json'), 'utf8')).toBe('[1,2]');
  await expectSameArtifacts(['count.upTo=2']);
});

test('a failing step: its task has failed, what follows is not started', async () => {
  await copyFile(join(project.folder, 'src/breaking.py'), join(project.folder, 'src/add_up.py'));
  const { state, tasks } = await runDag(project.document);
  expect(state).toBe('failed');
  expect(tasks).toEqual({
    ...UNGATED,
    'add-up': 'failed',
    celebrate: 'upstream_failed',
    'after-party': 'upstream_failed',
  });
});

test('a step that fails at first is run again; one that takes too long is stopped', async () => {
  const addUp = join(project.folder, 'src/add_up.py');
  const once =
    'from pathlib import Path\ntry:\n    Path("failed").touch(exist_ok=False)\nexcept FileExistsError:\n    pass\n';
  await writeFile(addUp, `${once}else:\n    raise ValueError("the well is dry")\n${await readFile(addUp, 'utf8')}`);
  await copyFile(join(project.folder, 'src/wait.run.ts'), join(project.folder, 'src/gather.run.ts'));
  const asks: Readonly<Record<string, object>> = {
    'add-up': { retry: { attempts: 3, backoff: '1s' } },
    gather: { timeout: '3s' },
  };
  const steps = project.document.steps.map((step) => ({ ...step, ...asks[step.name] }));
  const { state, tasks, tries } = await runDag({ ...project.document, steps });
  expect(state).toBe('failed');
  expect(tasks).toEqual({ ...UNGATED, gather: 'failed', celebrate: 'success', 'after-party': 'success' });
  expect(tries).toMatchObject({ 'add-up': 2, gather: 1 });
});

test('a value that no step has is refused, and is never a command', async () => {
  const { state, tasks } = await runDag(project.document, { 'count.upToo\'; touch "broken"; \'': '$(touch broken)' });
  expect(state).toBe('failed');
  expect(tasks.count).toBe('failed');
  expect(existsSync(join(project.folder, 'broken'))).toBe(false);
});

test('the stress pipeline: each gate to yes and to no, the same artifacts as step by step', async () => {
  const plain = await stressProject();
  project = await stressProject();
  try {
    const { schedule: _, ...document } = project.document;
    for (const params of STRESS_RUNS) {
      const conf = Object.fromEntries(
        params.map((param) => param.split('=')).map(([name = '', value = '']) => [name, JSON.parse(value)]),
      );
      const { state } = await runDag(document, conf, ['cpu', 'memory', 'disk', 'accelerator', 'spot']);
      expect(state).toBe('success');
      await plain.runAll(params);
      expect(await project.hashes(), params.join()).toEqual(await plain.hashes());
    }
  } finally {
    await Promise.all([plain.remove(), project.remove()]);
  }
}, 900_000);
