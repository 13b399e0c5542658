import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { beforeAll, beforeEach, expect, test } from 'vitest';
import { numbersProject, type Project } from '../../testing/project.ts';
import { command } from '../testing/command.ts';
import type { RunState } from './run-folder.ts';

let env: Record<string, string>;
beforeAll(async () => {
  const requirements = fileURLToPath(new URL('../../dvc/testing/requirements.txt', import.meta.url));
  const bin = dirname(await pythonEnvironment(requirements));
  const PATH = `${dirname(process.execPath)}:${bin}:${process.env.PATH}`;
  env = {
    PATH,
    DVC_NO_ANALYTICS: '1',
    GIT_AUTHOR_NAME: 'a',
    GIT_AUTHOR_EMAIL: 'a@b',
    GIT_COMMITTER_NAME: 'a',
    GIT_COMMITTER_EMAIL: 'a@b',
  };
}, 300_000);

let project: Project;
beforeEach(async () => {
  project = await numbersProject();
  await writeFile(join(project.folder, '.gitignore'), 'node_modules\nruns\n');
  await writeFile(join(project.folder, 'params.yaml'), '# up to where\ncount: { upTo: 3 }\nsquare: {}\n');
  return project.remove;
});

const dvc = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, env, name, '--target', 'dvc', ...args);

async function repository(): Promise<void> {
  const run = (program: string, ...args: string[]) => execa(program, args, { cwd: project.folder, env });
  await run('git', 'init', '-q');
  await run('dvc', 'init', '-q');
  await run('git', 'add', '--all');
  await run('git', 'commit', '-qm', 'all');
}

test('dvc repro: the run is followed, then nothing is left to do', async () => {
  await repository();
  const first = await dvc('submit', '--wait', '--json');
  expect(first.exitCode, first.stderr).toBe(0);
  const { run, state, steps } = JSON.parse(first.stdout);
  expect([state, steps[0]]).toMatchObject([
    'succeeded',
    { step: 'count', state: 'succeeded', seconds: expect.any(Number) },
  ]);
  const logs = await dvc('logs', '--run', run, '--step', 'count');
  expect(logs.stdout).toMatch(/\[count\] \[count\] done in/);
  expect(logs.stdout).not.toContain('[add-up]');
  const again = await dvc('submit', '--wait');
  expect(again.stdout).toContain('count: succeeded: unchanged');
}, 200_000);

test('a parameter makes an experiment, and a gate that says no shows', async () => {
  await repository();
  const submitted = await dvc('submit', '--param', 'count.upTo=1', '--wait');
  expect(submitted.exitCode, submitted.stderr).toBe(0);
  expect(submitted.stdout).toMatch(/celebrate: skipped: .*sum = 1 is not >= 5/);
  expect(await readFile(join(project.folder, 'params.yaml'), 'utf8')).toBe(
    '# up to where\ncount: { upTo: 1 }\nsquare: {}\n',
  );
  const [, run = ''] = /^run (\S+)$/m.exec(submitted.stdout) ?? [];
  const shown = await execa('dvc', ['exp', 'list', '--name-only'], { cwd: project.folder, env });
  expect(shown.stdout).toContain(run);
}, 200_000);

test('a stage that fails: code 8, and which it was', async () => {
  await repository();
  await writeFile(join(project.folder, 'src/add_up.py'), 'raise ValueError("the well is dry")\n');
  const { exitCode, stderr } = await dvc('submit', '--wait');
  expect(exitCode).toBe(8);
  expect(stderr).toMatch(/error: run (\S+) has failed: add-up: failed in \d+ s: ERROR: failed to reproduce 'add-up'/);
  const [, run = ''] = /run (\S+) has failed/.exec(stderr) ?? [];
  expect((await dvc('logs', '--run', run, '--step', 'add-up')).stdout).toContain('the well is dry');
}, 200_000);

test('a run whose process is killed was stopped', async () => {
  await repository();
  await writeFile(
    join(project.folder, 'src/count.run.ts'),
    'export const run = () => new Promise((done) => setTimeout(done, 60_000));\n',
  );
  const { run } = JSON.parse((await dvc('submit', '--json')).stdout);
  const { pid } = JSON.parse(await readFile(join(project.folder, 'runs/dvc', run, 'state.json'), 'utf8')) as RunState;
  for (let look = 0; !(await dvc('status', '--run', run)).stdout.includes('count: running'); look++) {
    expect(look).toBeLessThan(60);
    await setTimeout(500);
  }
  process.kill(-pid, 'SIGKILL');
  const { stdout } = await dvc('status', '--run', run);
  expect(stdout).toContain(`${run}: stopped: its process was ended\n  count: failed`);
}, 200_000);

test('no DVC, no repository of it, and a run that is not there', async () => {
  const none = await command(project, { PATH: dirname(process.execPath) }, 'submit', '--target', 'dvc');
  expect([none.exitCode, none.stderr]).toEqual([
    5,
    "error: there is no 'dvc' on this machine's PATH\nhint:  pip install dvc",
  ]);
  const outside = await dvc('submit');
  expect(outside.exitCode).toBe(3);
  expect(outside.stderr).toContain('DVC refuses');
  const unknown = await dvc('status', '--run', 'nowhere');
  expect([unknown.exitCode, unknown.stderr]).toEqual([7, expect.stringContaining("there is no run 'nowhere' of DVC")]);
}, 60_000);
