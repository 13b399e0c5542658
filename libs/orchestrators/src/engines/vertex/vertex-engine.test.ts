import { afterEach, beforeEach, expect, test } from 'vitest';
import { command } from '../testing/command.ts';
import { type PublishedServer, publishedServer } from '../testing/published-server.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';

const JOBS = 'projects/acme/locations/europe-west4/customJobs';
const CREATE = 'aiplatform.projects.locations.pipelineJobs.create';
const GET = 'aiplatform.projects.locations.pipelineJobs.get';
const LIST = 'logging.entries.list';
const METADATA = '/computeMetadata/v1/instance/service-accounts/default/token';

let server: PublishedServer;
let project: SalesProject;
let job: object | undefined;
beforeEach(async () => {
  job = undefined;
  server = await publishedServer(['vertex', 'cloud-logging'], {
    // Application Default Credentials of a machine of Google's.
    [`GET ${METADATA}`]: () => ({
      headers: { 'metadata-flavor': 'Google' },
      json: { access_token: 'sesame', expires_in: 3600, token_type: 'Bearer' },
    }),
    [CREATE]: ({ body, headers, path, query }) => {
      if (headers.authorization !== 'Bearer sesame')
        return { status: 401, json: { error: { code: 401, message: 'who?' } } };
      if (path.locationsId !== 'europe-west4')
        return { status: 403, json: { error: { code: 403, message: `no right in ${path.locationsId}` } } };
      return {
        json: {
          ...(body as object),
          name: `projects/1/locations/europe-west4/pipelineJobs/${query.get('pipelineJobId')}`,
        },
      };
    },
    [GET]: () => (job ? { json: job } : { status: 404, json: { error: { code: 404, message: 'not found' } } }),
    [LIST]: ({ body }) => {
      const { filter, pageToken } = body as { filter: string; pageToken?: string };
      if (!filter.includes('labels.job_id="22"')) return { json: {} };
      return pageToken
        ? { json: { entries: [{ textPayload: 'trial 2' }] } }
        : { json: { entries: [{ jsonPayload: { message: 'trial 1' } }], nextPageToken: 'more' } };
    },
  });
  project = await salesProject(`vertex:
  project: acme
  location: europe-west4
  root: gs://lake/runs
  images: { typescript: acme/steps:1, python: acme/steps:1 }
  submit: { url: "${server.url}", loggingUrl: "${server.url}" }
`);
  await project.write({ 'params.yaml': 'ingest: { customers: gs://lake/raw/customers.csv }\n' });
});
afterEach(async () => {
  await project.remove();
  await server.close();
});

const signedIn = () => ({
  GCE_METADATA_HOST: server.url.replace('http://', ''),
  METADATA_SERVER_DETECTION: 'assume-present',
  HOME: project.folder,
  GOOGLE_APPLICATION_CREDENTIALS: '',
});
const vertex = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, signedIn(), name, '--target', 'vertex', ...args);

const name = 'projects/1/locations/europe-west4/pipelineJobs/sales-run-1';
const startTime = '2026-01-31T06:30:00Z';
const taskDetails = [
  { taskName: 'ingest', state: 'SKIPPED', startTime, endTime: startTime },
  {
    taskName: 'train',
    state: 'FAILED',
    startTime,
    endTime: '2026-01-31T06:31:00Z',
    error: { code: 9, message: 'out of memory' },
    executorDetail: { customJobDetail: { failedJobs: [`${JOBS}/21`], job: `${JOBS}/22` } },
  },
  { taskName: 'publish', state: 'NOT_TRIGGERED' },
];

test('a pipeline job is created with the parameters of the run, in the published form', async () => {
  const { exitCode, stdout, stderr } = await vertex('submit', '--param', 'trials=50', '--json');
  expect(exitCode, stderr).toBe(0);
  const { run, url } = JSON.parse(stdout);
  expect(run).toMatch(/^sales-run-\d{8}-\d{6}-[0-9a-f]{4}$/);
  expect(url).toContain(`/locations/europe-west4/runs/${run}?project=acme`);
  const body = server.requests[0]?.body as { displayName: string; runtimeConfig: object };
  expect([body.displayName, body.runtimeConfig]).toEqual([
    'sales',
    {
      gcsOutputDirectory: 'gs://lake/runs',
      parameterValues: { params: { ingest: { customers: 'gs://lake/raw/customers.csv' }, train: { trials: 50 } } },
    },
  ]);
});

test('a job that failed: why, how long, what was taken from before and what never came', async () => {
  job = { name, state: 'PIPELINE_STATE_FAILED', error: { message: 'a task failed' }, jobDetail: { taskDetails } };
  const { stdout } = await vertex('status', '--run', 'sales-run-1', '--json');
  expect(JSON.parse(stdout)).toEqual({
    target: 'vertex',
    run: 'sales-run-1',
    state: 'failed',
    reason: 'a task failed',
    steps: [
      { step: 'ingest', state: 'succeeded', reason: 'unchanged', startedAt: '2026-01-31T06:30:00.000Z', seconds: 0 },
      { step: 'train', state: 'failed', reason: 'out of memory', startedAt: '2026-01-31T06:30:00.000Z', seconds: 60 },
      { step: 'publish', state: 'skipped' },
    ],
  });
});

test('logs of the custom jobs of a step, page by page', async () => {
  job = { name, state: 'PIPELINE_STATE_RUNNING', jobDetail: { taskDetails } };
  expect((await vertex('logs', '--run', 'sales-run-1')).stdout).toBe('[train] trial 1\n[train] trial 2');
  const filters = server.requests
    .filter(({ operation }) => operation === LIST)
    .map(({ body }) => (body as { filter: string }).filter);
  expect(filters[0]).toBe('resource.type="ml_job" AND resource.labels.job_id="21"');
});

test('nobody signed in, no right, and no such run', async () => {
  const nobody = { ...signedIn(), METADATA_SERVER_DETECTION: 'none' };
  const unknown = await command(project, nobody, 'submit', '--target', 'vertex');
  expect([unknown.exitCode, unknown.stderr]).toEqual([
    5,
    expect.stringContaining("error: Google doesn't know who you are"),
  ]);
  const none = await vertex('status', '--run', 'nowhere');
  expect([none.exitCode, none.stderr]).toEqual([
    7,
    expect.stringContaining("there is no pipeline job 'nowhere' in acme"),
  ]);
  await project.write({ 'targets.test.yaml': 'vertex: { location: us-east1 }\n', 'params.test.yaml': '' });
  const refused = await vertex('submit', '--env', 'test');
  expect([refused.exitCode, refused.stderr]).toEqual([
    5,
    expect.stringContaining('(403): no right in us-east1\nhint:  sign in: gcloud auth'),
  ]);
});
