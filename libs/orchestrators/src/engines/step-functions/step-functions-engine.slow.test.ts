import {
  BatchClient,
  CreateComputeEnvironmentCommand,
  CreateJobQueueCommand,
  DescribeJobsCommand,
  ListJobsCommand,
  RegisterJobDefinitionCommand,
} from '@aws-sdk/client-batch';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { DescribeStateMachineCommand, SFNClient } from '@aws-sdk/client-sfn';
import { openStore } from '@ml-platform/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { command } from '../testing/command.ts';
import { ACCOUNT, type Moto, startMoto } from '../testing/moto.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';

const ROLE = `arn:aws:iam::${ACCOUNT}:role/machines`;
const MACHINE = `arn:aws:states:us-east-1:${ACCOUNT}:stateMachine:sales`;
const TARGETS = `step-functions:
  lake: s3://lake/sales/runs
  batch: { queue: jobs, spotQueue: jobs, jobDefinitions: { typescript: steps, python: steps } }
  submit: { role: "${ROLE}" }
`;

let moto: Moto;
let project: SalesProject;
beforeAll(async () => {
  moto = await startMoto();
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
  await fetch(`${moto.url}/lake`, { method: 'PUT' });
  project = await salesProject(TARGETS);
  const batch = new BatchClient();
  await batch.send(
    new CreateComputeEnvironmentCommand({
      computeEnvironmentName: 'machines',
      type: 'UNMANAGED',
      state: 'ENABLED',
      serviceRole: await role(),
    }),
  );
  const computeEnvironmentOrder = [{ order: 1, computeEnvironment: 'machines' }];
  await batch.send(
    new CreateJobQueueCommand({ jobQueueName: 'jobs', state: 'ENABLED', priority: 1, computeEnvironmentOrder }),
  );
  const containerProperties = { image: 'acme/steps:1', vcpus: 1, memory: 512 };
  await batch.send(
    new RegisterJobDefinitionCommand({ jobDefinitionName: 'steps', type: 'container', containerProperties }),
  );
}, 400_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
  await moto.stop();
});

/** Moto looks whether it is there. */
async function role(): Promise<string> {
  const query = new URLSearchParams({
    Action: 'CreateRole',
    RoleName: 'machines',
    AssumeRolePolicyDocument: '{}',
    Version: '2010-05-08',
  });
  const headers = {
    authorization:
      'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0',
  };
  const { ok } = await fetch(moto.url, { method: 'POST', headers, body: query });
  expect(ok).toBe(true);
  return ROLE;
}

const aws = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, moto.env, name, '--target', 'step-functions', ...args);

test('a pipeline becomes a state machine, an execution of it is followed, and its jobs are asked for their logs', async () => {
  const { exitCode, stdout, stderr } = await aws('submit', '--param', 'train.trials=50', '--wait', '--json');
  expect(exitCode, stderr).toBe(0);
  const { run, url, state, steps } = JSON.parse(stdout);
  expect(state).toBe('succeeded');
  expect(steps.map(({ step, state: of }: Record<string, string>) => `${step}: ${of}`)).toEqual([
    'ingest: succeeded',
    'train: succeeded',
    'publish: succeeded',
  ]);
  expect(url).toContain(run);

  const batch = new BatchClient();
  const { jobSummaryList = [] } = await batch.send(new ListJobsCommand({ jobQueue: 'jobs' }));
  const { jobs = [] } = await batch.send(
    new DescribeJobsCommand({ jobs: jobSummaryList.map(({ jobId = '' }) => jobId) }),
  );
  const train = jobs.find(({ jobName }) => jobName?.startsWith('train-'));
  const words = train?.container?.command ?? [];
  const params = JSON.parse(words[words.indexOf('--params-json') + 1] ?? '');
  expect(params.train).toEqual({ trials: 50 });
  expect(params.ingest.customers).toMatch(/^s3:\/\/lake\/sales\/raw\/[0-9a-f]{16}\/customers\.csv$/);
  expect(await (await openStore('s3://lake/sales/raw')).list('')).toEqual([
    params.ingest.customers.replace('s3://lake/sales/raw/', ''),
  ]);

  const place = { logGroupName: '/aws/batch/job', logStreamName: train?.container?.logStreamName ?? '' };
  await say(place, ['trial 1', 'trial 2\ndone']);
  const logs = await aws('logs', '--run', run, '--step', 'train');
  expect(logs.stdout).toBe('[train] trial 1\n[train] trial 2\n[train] done');
}, 120_000);

async function say(place: { logGroupName: string; logStreamName: string }, messages: readonly string[]) {
  const logs = new CloudWatchLogsClient();
  await logs.send(new CreateLogGroupCommand({ logGroupName: place.logGroupName }));
  await logs.send(new CreateLogStreamCommand(place));
  const logEvents = messages.map((message, index) => ({ message, timestamp: Date.now() + index }));
  await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
}

test('the same pipeline starts the same machine, a changed one a version of it; raw data goes up once', async () => {
  const sfn = new SFNClient();
  const version = () => sfn.send(new DescribeStateMachineCommand({ stateMachineArn: `${MACHINE}:1` }));
  const first = await aws('submit');
  expect(first.exitCode, first.stderr).toBe(0);
  expect(first.stdout).not.toContain('customers.csv goes to');
  await expect(version()).rejects.toThrow('State Machine Does Not Exist');
  await project.write({
    'targets.prod.yaml': 'step-functions: { batch: { spotQueue: nowhere } }\n',
    'params.prod.yaml': '',
  });
  const second = await aws('submit', '--env', 'prod', '--wait');
  expect((await version()).definition).toContain('nowhere');
  expect(second.exitCode, second.stderr).toBe(8);
  expect(second.stdout).toContain('train: failed');
  expect(second.stdout).toContain('publish: skipped: the run ended before it');
  expect(second.stderr).toContain('Job queue nowhere does not exist');
}, 120_000);

test('a run that is not there, a machine that AWS refuses, nobody signed in, and no section', async () => {
  const nowhere = await aws('status', '--run', MACHINE.replace('stateMachine', 'execution').concat(':nowhere'));
  expect([nowhere.exitCode, nowhere.stderr]).toEqual([7, expect.stringContaining('in Step Functions')]);
  const noName = await aws('status', '--run', 'nowhere');
  expect(noName.exitCode, noName.stderr).toBe(7);
  const nobody = {
    ...moto.env,
    AWS_ACCESS_KEY_ID: '',
    AWS_SECRET_ACCESS_KEY: '',
    AWS_EC2_METADATA_DISABLED: 'true',
    HOME: project.folder,
  };
  const unknown = await command(project, nobody, 'status', '--target', 'step-functions', '--run', MACHINE);
  expect([unknown.exitCode, unknown.stderr]).toEqual([5, expect.stringContaining('hint:  sign in: aws sso login')]);
  const away = await command(
    project,
    { ...moto.env, AWS_ENDPOINT_URL: 'http://127.0.0.1:1' },
    'status',
    '--target',
    'step-functions',
    '--run',
    MACHINE,
  );
  expect([away.exitCode, away.stderr]).toEqual([5, expect.stringContaining('hint:  check the network and the region')]);
  await project.write({ 'targets.yaml': TARGETS.replace('arn:aws', 'aws') });
  expect((await aws('submit')).stderr).toContain('step-functions.submit.role: expected the ARN of a role');
  await project.write({ 'targets.yaml': TARGETS.replace(/ {2}submit.*\n/, '') });
  const missing = await aws('submit');
  expect([missing.exitCode, missing.stderr]).toEqual([
    3,
    expect.stringContaining('step-functions.submit: Invalid input'),
  ]);
  await project.write({ 'targets.yaml': '' });
  expect((await aws('submit')).stderr).toContain("has no section 'step-functions'\nhint:  add:\nstep-functions:");
}, 120_000);
