import { afterEach, beforeEach, expect, test } from 'vitest';
import { command } from '../engines/testing/command.ts';
import { type SalesProject, salesProject } from '../engines/testing/sales-project.ts';
import { readRunSettings, readSettings } from './settings-file.ts';
import { runParams } from './run-params.ts';
import { z } from 'zod';

let project: SalesProject;
beforeEach(async () => {
  project = await salesProject(
    'argo:\n  lake: s3://lake/runs\n  spot: { nodeSelector: { a: b } }\n  submit: { url: "http://localhost" }\n',
  );
});
afterEach(() => project.remove());

test.each([
  ['submit', ['--target', 'argoo'], 2, "there is no target 'argoo'\nhint:  did you mean 'argo'?"],
  ['submit', [], 2, '--target is needed\nhint:  npx nx run PIPELINE:submit --help'],
  ['submit', ['--target', 'argo', '--wiat'], 2, "Unknown option '--wiat'"],
  ['submit', ['--target', 'argo', '--env', 'prod'], 3, "environment 'prod' has no parameter file"],
  [
    'submit',
    ['--target', 'argo', '--param', 'trails=3'],
    2,
    "has no parameter 'trails'\nhint:  did you mean 'trials'?",
  ],
  ['submit', ['--target', 'argo', '--param', 'trials=many'], 3, 'trials: expected '],
  ['submit', ['--target', 'argo'], 3, 'targets.yaml: argo.images: Invalid input'],
  ['submit', ['--target', 'kubeflow'], 3, "has no section 'kubeflow'\nhint:  add:\nkubeflow:"],
  ['status', ['--target', 'argo'], 2, '--run is needed\nhint:  npx nx run PIPELINE:status --help'],
  ['logs', ['--target', 'argo', '--run', 'r', '--json', '--follow'], 2, '--json is one document'],
  ['logs', ['--target', 'argo', '--run', 'r', '--step', 'trian'], 2, "there is no step 'trian'"],
] as const)('%s %j is refused', async (name, args, code, message) => {
  const { exitCode, stderr, stdout } = await command(project, {}, name, ...args);
  expect(stderr).toContain(message);
  expect([exitCode, stdout]).toEqual([code, '']);
});

test.each(['submit', 'status', 'logs'] as const)('%s --help says what it takes', async (name) => {
  const { stdout } = await command(project, {}, name, '--help');
  expect(stdout).toMatch(new RegExp(`^${name}: .*\n\n  npx nx run PIPELINE:${name} --target NAME`));
});

test('an overlay goes over targets.yaml, key by key; compiling sees nothing of how runs are started', async () => {
  await project.write({
    'targets.prod.yaml': 'argo: { spot: { nodeSelector: { c: d } }, submit: { url: "https://prod" } }\n',
  });
  const anything = z.record(z.string(), z.unknown());
  const place = { project: project.folder, environment: 'prod' };
  const compiling = { lake: 's3://lake/runs', spot: { nodeSelector: { a: 'b', c: 'd' } } };
  expect(readSettings(place, 'argo', anything, '')).toEqual(compiling);
  expect(readRunSettings(place, 'argo', anything, '')).toEqual({ ...compiling, submit: { url: 'https://prod' } });
  expect(readRunSettings({ project: project.folder }, 'argo', anything, '')).toMatchObject({
    submit: { url: 'http://localhost' },
  });
  expect(readRunSettings(place, 'dvc', z.object({}), '')).toEqual({});
  await project.write({ 'targets.prod.yaml': 'argo: [' });
  expect(() => readSettings(place, 'argo', anything, '')).toThrow(
    'targets.prod.yaml is no YAML with a section per target',
  );
});

test('parameters of a run: the environment over the base, --param over both, and all that is set', async () => {
  await project.write({ 'params.prod.yaml': 'train: { trials: 50 }\ningest: { limit: 5 }\n' });
  const given = { params: ['limit=7'], environment: 'prod' };
  expect(runParams(project.document, project.folder, given)).toEqual({
    ingest: { customers: 'customers.csv', limit: 7 },
    train: { trials: 50 },
  });
});
