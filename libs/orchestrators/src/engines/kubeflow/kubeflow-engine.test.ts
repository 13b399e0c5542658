import { afterEach, beforeEach, expect, test } from 'vitest';
import { command } from '../testing/command.ts';
import { type PublishedServer, publishedServer } from '../testing/published-server.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';
import { fnv32a } from './pod-log.ts';

const RUN = '5b2d0f5e-7d1c-4d21-9a55-d1b8f4c6a001';
const WORKFLOW = 'sales-x7k2p';
const NEVER = '0001-01-01T00:00:00Z';

let server: PublishedServer;
let project: SalesProject;
let run: object | undefined;
const log = (pod: string) => `GET /apis/v1alpha1/runs/${RUN}/nodes/${pod}/log`;
const missing = { text: '{"error_message":"Failed to read logs","error_details":"..."}' };

beforeEach(async () => {
  run = undefined;
  const retried = (attempt: number) => fnv32a(`${WORKFLOW}.root.train.executor(${attempt})`);
  server = await publishedServer(['kubeflow'], {
    RunService_CreateRun: ({ headers, body }) =>
      headers.authorization === 'Bearer sesame'
        ? { json: { ...(body as object), run_id: RUN } }
        : { status: 401, json: { code: 16, message: 'Request header error: there is no user identity header.' } },
    RunService_GetRun: () => (run ? { json: run } : { status: 404, json: { code: 5, message: 'Run not found' } }),
    [log(`${WORKFLOW}-system-container-impl-12`)]: () => missing,
    [log(`${WORKFLOW}-12`)]: () => ({ text: 'reading\nread\n' }),
    [log(`${WORKFLOW}-retry-system-container-impl-${retried(0)}`)]: () => ({ text: 'lost its machine\n' }),
    [log(`${WORKFLOW}-retry-system-container-impl-${retried(1)}`)]: () => ({ text: 'trained\n' }),
    [log(`${WORKFLOW}-retry-system-container-impl-${retried(2)}`)]: () => missing,
    [log(`${WORKFLOW}-${retried(2)}`)]: () => missing,
  });
  project = await salesProject(`kubeflow:
  images: { typescript: acme/steps:1, python: acme/steps:1 }
  spot: { nodeSelector: { capacity: spot } }
  submit: { url: "${server.url}" }
`);
});
afterEach(async () => {
  await project.remove();
  await server.close();
});

const kubeflow = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, { KF_PIPELINES_TOKEN: 'sesame' }, name, '--target', 'kubeflow', ...args);

test('a run is created with its pipeline, platform and parameters, in the published form', async () => {
  const place = await kubeflow('submit');
  expect([place.exitCode, place.stderr]).toEqual([
    3,
    expect.stringContaining('Kubeflow has no place to put it\nhint:  in targets.yaml'),
  ]);
  await project.write({
    'targets.prod.yaml': `kubeflow: { root: "s3://lake/runs", submit: { lake: "file://${project.folder}/lake/runs" } }\n`,
    'params.prod.yaml': '',
  });
  const { exitCode, stdout, stderr } = await kubeflow('submit', '--env', 'prod', '--param', 'trials=50');
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toContain(
    `run ${RUN}\n${server.url}/#/runs/details/${RUN}\nsee how it goes: npx nx run sales:status --target kubeflow --run ${RUN}`,
  );
  const body = server.requests[0]?.body as {
    display_name: string;
    pipeline_spec: object;
    runtime_config: { parameters: { params: Record<string, object> } };
  };
  expect(body.display_name).toMatch(/^sales run-/);
  expect(Object.keys(body.pipeline_spec)).toEqual(['pipeline_spec', 'platform_spec']);
  expect(body.runtime_config).toMatchObject({
    pipeline_root: 's3://lake/runs',
    parameters: { params: { train: { trials: 50 } } },
  });
  expect(JSON.stringify(body.runtime_config)).toContain('/lake/raw/');
});

test('what became of tasks; drivers and containers of theirs are no steps', async () => {
  const times = { start_time: '2026-01-31T06:30:00Z', end_time: '2026-01-31T06:30:09Z' };
  run = {
    run_id: RUN,
    state: 'RUNNING',
    run_details: {
      task_details: [
        { display_name: 'root', state: 'RUNNING', start_time: times.start_time, end_time: NEVER },
        { display_name: 'ingest-driver', state: 'SUCCEEDED', ...times },
        { display_name: 'ingest', state: 'SUCCEEDED', ...times },
        { display_name: 'executor', state: 'SUCCEEDED', ...times },
        { display_name: 'train', state: 'PENDING', start_time: NEVER, end_time: NEVER },
      ],
    },
  };
  const { stdout } = await kubeflow('status', '--run', RUN);
  expect(stdout).toBe(`${RUN}: running\n  ingest: succeeded in 9 s\n  train: waiting\n  publish: waiting`);
});

test('logs by the names of Pods, those of further attempts included', async () => {
  const pipeline = project.document;
  expect(pipeline.steps[1]?.retry).toBeUndefined();
  await project.write({
    'src/pipeline.ts': (await project.read('src/pipeline.ts')).replace('spot: true', 'retry: { attempts: 3 }'),
  });
  run = {
    run_id: RUN,
    state: 'SUCCEEDED',
    run_details: {
      task_details: [
        { display_name: 'ingest', child_tasks: [{ pod_name: `${WORKFLOW}-12` }] },
        {
          display_name: 'train',
          child_tasks: [{ pod_name: `${WORKFLOW}-${fnv32a(`${WORKFLOW}.root.train.executor`)}` }],
        },
      ],
    },
  };
  const { stdout, stderr } = await kubeflow('logs', '--run', RUN);
  expect(stdout, stderr).toBe('[ingest] reading\n[ingest] read\n[train] lost its machine\n[train] trained');
});

test('the hash is that of its authors', () => {
  // From the reference implementation's test vectors.
  expect(['', 'a', 'foobar'].map(fnv32a)).toEqual([0x811c9dc5, 0xe40c292c, 0xbf9cf968]);
});

test('nobody signed in, and no such run', async () => {
  await project.write({ 'params.yaml': 'ingest: { customers: s3://lake/raw/c.csv }\n' });
  const nobody = await command(project, { KF_PIPELINES_TOKEN: '' }, 'submit', '--target', 'kubeflow');
  expect([nobody.exitCode, nobody.stderr]).toEqual([
    5,
    expect.stringContaining('there is no user identity header.\nhint:  set KF_PIPELINES_TOKEN'),
  ]);
  const none = await kubeflow('status', '--run', 'nowhere');
  expect([none.exitCode, none.stderr]).toEqual([7, expect.stringContaining("there is no run 'nowhere' in Kubeflow")]);
});
