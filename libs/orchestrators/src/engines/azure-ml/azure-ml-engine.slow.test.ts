import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { command } from '../testing/command.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';
import { type AzureServer, azureServer } from './testing/azure-server.ts';

const SUBMIT = 'submit: { subscription: s, resourceGroup: acme, workspace: ml }';

let server: AzureServer;
let project: SalesProject;
beforeAll(async () => {
  await pythonEnvironment(fileURLToPath(new URL('requirements.txt', import.meta.url)));
}, 600_000);
beforeEach(async () => {
  server = await azureServer();
  project = await salesProject(`azure-ml:
  images: { typescript: acme/steps:1, python: acme/steps:1 }
  workspace: /workspace
  compute: serverless
  ${SUBMIT}
`);
  await project.write({ 'params.yaml': 'ingest: { customers: az://lake/raw/customers.csv }\n' });
});
afterEach(async () => {
  await project.remove();
  await server.close();
});

const azure = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, server.env, name, '--target', 'azure-ml', ...args);

test('a pipeline job, the components of its steps and its parameters are put, and the job is followed', async () => {
  const { exitCode, stdout, stderr } = await azure('submit', '--param', 'trials=50', '--json');
  expect(exitCode, stderr).toBe(0);
  const { run } = JSON.parse(stdout);
  expect(run).toMatch(/^sales-run-/);
  const { properties } = JSON.parse(server.put.get(`jobs/${run}`) ?? '');
  expect(Object.keys(properties.jobs)).toEqual(['ingest', 'train', 'publish']);
  expect(properties.jobs.train.componentId).toContain('/components/azureml_anonymous/versions/');
  const uploaded = properties.inputs.params.uri.replace('azureml://datastores/workspaceblobstore/paths', '/ml');
  const params = { ingest: { customers: 'az://lake/raw/customers.csv' }, train: { trials: 50 } };
  expect(JSON.parse(server.put.get(uploaded) ?? '')).toEqual(params);

  server.children = [
    { name: 'child-1', step: 'ingest', status: 'Completed', log: 'reading\nread\n' },
    { name: 'child-2', step: 'train', status: 'Running' },
  ];
  const status = await azure('status', '--run', run);
  expect(status.stdout, status.stderr).toBe(
    `${run}: running\n  ingest: succeeded\n  train: running\n  publish: waiting`,
  );
  const logs = await azure('logs', '--run', run);
  expect(logs.stdout, logs.stderr).toBe('[ingest] reading\n[ingest] read');
  server.status = 'Failed';
  server.children = [{ name: 'child-1', step: 'ingest', status: 'Failed', log: 'no such file\n' }];
  expect((await azure('status', '--run', run)).stdout).toContain(`${run}: failed\n  ingest: failed`);
}, 200_000);

test('nobody signed in, no such run, and no place for raw data', async () => {
  const nobody = { ...server.env, IDENTITY_ENDPOINT: '', AZURE_TOKEN_CREDENTIALS: 'EnvironmentCredential' };
  const unknown = await command(project, nobody, 'status', '--target', 'azure-ml', '--run', 'x');
  expect([unknown.exitCode, unknown.stderr]).toEqual([5, expect.stringContaining('hint:  sign in: az login')]);
  const none = await azure('status', '--run', 'nowhere');
  expect([none.exitCode, none.stderr]).toEqual([
    7,
    expect.stringContaining("there is no run 'nowhere' in Azure ML: (NotFound)"),
  ]);
  await project.write({ 'params.yaml': 'ingest: { customers: customers.csv }\n' });
  const seeded = await azure('submit');
  expect([seeded.exitCode, seeded.stderr]).toEqual([3, expect.stringContaining('Azure ML has no place to put it')]);
}, 200_000);
