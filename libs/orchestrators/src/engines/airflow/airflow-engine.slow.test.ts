import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { NODE_FOLDER, numbersProject, type Project } from '../../testing/project.ts';
import { command } from '../testing/command.ts';
import { freePort } from '@ml-platform/pipeline/testing/free-port';
import { airflowEngine } from './airflow-engine.ts';
import { signIn } from './sign-in.ts';

const REQUIREMENTS = fileURLToPath(new URL('../../airflow/testing/requirements.txt', import.meta.url));
const SIGNED_IN = { AIRFLOW_USERNAME: 'ada', AIRFLOW_PASSWORD: 'lovelace' };

let home: string;
let url: string;
let project: Project;
const servers: ChildProcess[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'airflow-engine-'));
  await mkdir(join(home, 'dags'));
  const python = await pythonEnvironment(REQUIREMENTS);
  const [port, logPort] = [await freePort(), await freePort()];
  url = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ...settings(port, logPort) };
  const args = (...words: string[]) => ['-m', 'airflow', ...words];
  await execa(python, args('db', 'migrate'), { env, cwd: home });
  await writeFile(join(home, 'passwords.json'), '{ "ada": "lovelace" }');
  const api = ['api-server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1'];
  for (const words of [api, ['scheduler'], ['dag-processor']]) {
    // In a group of its own: each of them starts further processes.
    servers.push(spawn(python, args(...words), { env, cwd: home, stdio: 'ignore', detached: true }));
  }
  await vi.waitFor(async () => expect((await fetch(`${url}/api/v2/version`)).ok).toBe(true), {
    timeout: 180_000,
    interval: 500,
  });
  project = await numbersProject();
  await writeFile(join(project.folder, 'params.yaml'), 'count: { upTo: 3 }\n');
  await writeFile(
    join(project.folder, 'targets.yaml'),
    `airflow: { submit: { url: "${url}", dags: "${join(home, 'dags')}" } }\n`,
  );
}, 900_000);

afterAll(async () => {
  for (const server of servers) {
    if (server.pid !== undefined && server.exitCode === null) {
      process.kill(-server.pid, 'SIGKILL');
      await once(server, 'exit');
    }
  }
  await project?.remove();
  await rm(home, { recursive: true, force: true, maxRetries: 5 });
});

function settings(port: number, logPort: number): Record<string, string> {
  return {
    PATH: [NODE_FOLDER, process.env.PATH].join(delimiter),
    AIRFLOW_HOME: home,
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__DAGS_FOLDER: join(home, 'dags'),
    AIRFLOW__CORE__EXECUTOR: 'LocalExecutor',
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `http://127.0.0.1:${port}/execution/`,
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS: 'ada:admin',
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE: join(home, 'passwords.json'),
    AIRFLOW__API_AUTH__JWT_SECRET: 'a secret of this test alone, and as long as it has to be: 64 bytes',
    AIRFLOW__API__BASE_URL: `http://127.0.0.1:${port}`,
    AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logPort),
    AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: '1',
    AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL: '1',
    AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME: '0.2',
  };
}

const airflow = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, SIGNED_IN, name, '--target', 'airflow', ...args);

test('a pipeline is submitted, waited for, looked at, and its logs are read', async () => {
  const submitted = await airflow('submit', '--param', 'count.upTo=2', '--wait', '--json');
  expect(submitted.exitCode, submitted.stderr).toBe(0);
  const ended = JSON.parse(submitted.stdout);
  expect(ended).toMatchObject({ target: 'airflow', state: 'succeeded' });
  expect(ended.url).toBe(`${url}/dags/${project.document.name}/runs/${ended.run}`);
  const states = Object.fromEntries(ended.steps.map(({ step, state }: Record<string, string>) => [step, state]));
  expect(states).toMatchObject({ count: 'succeeded', 'add-up': 'succeeded', celebrate: 'skipped' });
  expect(submitted.stderr).toContain('count: succeeded in');
  expect(await readFile(join(project.folder, 'artifacts/count/numbers.json'), 'utf8')).toBe('[1,2]');

  const status = await airflow('status', '--run', ended.run);
  expect(status.stdout).toContain(`${ended.run}: succeeded\n  count: succeeded in`);
  const logs = await airflow('logs', '--run', ended.run, '--step', 'count');
  expect(logs.exitCode, logs.stderr).toBe(0);
  expect(logs.stdout).toMatch(/\[count\] .*done in/);
  expect(logs.stdout).not.toContain('[add-up]');
}, 400_000);

test('a step that fails: code 8, and the run says which', async () => {
  const broken = join(project.folder, 'src/add_up.py');
  const text = await readFile(broken, 'utf8');
  await writeFile(broken, 'raise ValueError("the well is dry")\n');
  const { exitCode, stderr, stdout } = await airflow('submit', '--wait');
  await writeFile(broken, text);
  expect(exitCode, stderr).toBe(8);
  expect(stdout).toContain('add-up: failed');
  expect(stdout).toContain('after-party: skipped: a step before it failed');
  const [, run = ''] = /error: run (\S+) has failed: add-up: failed/.exec(stderr) ?? [];
  const logs = await airflow('logs', '--run', run, '--json');
  expect(JSON.stringify(JSON.parse(logs.stdout).lines)).toContain('the well is dry');
}, 400_000);

test('a run that is not there, and a name that is not known', async () => {
  const none = await airflow('status', '--run', 'nowhere');
  expect(none.exitCode).toBe(7);
  expect(none.stderr).toContain("there is no run 'nowhere' of 'numbers' in Airflow");
  const stranger = { AIRFLOW_USERNAME: 'ada', AIRFLOW_PASSWORD: 'byron' };
  const refused = await command(project, stranger, 'status', '--target', 'airflow', '--run', 'x');
  expect(refused.exitCode).toBe(5);
  expect(refused.stderr).toContain('Airflow refuses POST /auth/token (401): Invalid credentials');
  const nobody = await command(project, { AIRFLOW_USERNAME: '' }, 'status', '--target', 'airflow', '--run', 'x');
  expect(nobody.stderr).toContain('asks who you are\nhint:  set AIRFLOW_API_TOKEN');
}, 200_000);

test('a DAG that is broken, paused, or put where nobody reads', async () => {
  for (const [name, value] of Object.entries(SIGNED_IN)) vi.stubEnv(name, value);
  const submit = (name: string, text: string, dags = join(home, 'dags')) => {
    const document = { ...project.document, name };
    const settings = { submit: { url, dags, patience: 60 } };
    const compiled = new Map([[`${name}.py`, text]]);
    return airflowEngine.submit(compiled, { params: {}, runName: 'r' }, { document, settings, project: home });
  };
  const empty = (name: string, paused: boolean) =>
    `from airflow.sdk import DAG\ndag = DAG(dag_id="${name}", is_paused_upon_creation=${paused ? 'True' : 'False'})\n`;
  await expect(submit('dry', 'from airflow.sdk import DAG\nraise ValueError("the well is dry")')).rejects.toMatchObject(
    {
      code: 'config',
      message: expect.stringMatching(/^Airflow can't read .*dry\.py: ValueError: the well is dry$/),
    },
  );
  // Mended, it is read, and the error before doesn't stand in the way.
  const mended = await submit('dry', empty('dry', false));
  expect(mended).toMatchObject({ run: 'r' });
  await writeFile(join(home, 'dags/asleep.py'), empty('asleep', true));
  const headers = (await signIn(url)).headers ?? {};
  const known = async () => expect((await fetch(`${url}/api/v2/dags/asleep`, { headers })).status).toBe(200);
  await vi.waitFor(known, { timeout: 60_000, interval: 500 });
  await expect(submit('asleep', empty('asleep', true))).rejects.toMatchObject({
    code: 'busy',
    hint: 'unpause it: airflow dags unpause asleep',
  });
  const elsewhere = { settings: { submit: { url, dags: join(home, 'elsewhere'), patience: 0.1 } }, project: home };
  const unread = airflowEngine.submit(
    new Map([['lost.py', '']]),
    { params: {}, runName: 'r' },
    { ...elsewhere, document: { ...project.document, name: 'lost' } },
  );
  await expect(unread).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining("has not read the DAG 'lost'"),
  });
  vi.unstubAllEnvs();
}, 200_000);
