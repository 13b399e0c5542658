import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribePipelineCommand,
  ListPipelineParametersForExecutionCommand,
  type PipelineExecutionStep,
  SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { openStore } from '@ml-platform/storage';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { command } from '../testing/command.ts';
import { ACCOUNT, type Moto, startMoto } from '../testing/moto.ts';
import { type SalesProject, salesProject } from '../testing/sales-project.ts';

const TARGETS = `sagemaker:
  lake: s3://lake/sales/runs
  role: arn:aws:iam::${ACCOUNT}:role/pipelines
  images: { typescript: acme/steps:1, python: acme/steps:1 }
`;
const job = (kind: string, name: string) => `arn:aws:sagemaker:us-east-1:${ACCOUNT}:${kind}-job/${name}`;

let folder: string;
let moto: Moto;
let project: SalesProject;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sagemaker-'));
  await steps([]);
  moto = await startMoto({ MOTO_STEPS: join(folder, 'steps.json') });
  for (const [name, value] of Object.entries(moto.env)) vi.stubEnv(name, value);
  await fetch(`${moto.url}/lake`, { method: 'PUT' });
  project = await salesProject(TARGETS);
}, 400_000);
afterAll(async () => {
  vi.unstubAllEnvs();
  await project.remove();
  await moto.stop();
  await rm(folder, { recursive: true, force: true });
});

/** What SageMaker lists; moto's executions have ended well from the first look on. */
async function steps(list: readonly Omit<PipelineExecutionStep, 'StartTime' | 'EndTime'>[]): Promise<void> {
  await writeFile(join(folder, 'steps.json'), JSON.stringify(list));
}

const sagemaker = (name: 'submit' | 'status' | 'logs', ...args: string[]) =>
  command(project, moto.env, name, '--target', 'sagemaker', ...args);

test('a pipeline is made, then changed, and started with parameters; long ones lie in the lake', async () => {
  const client = new SageMakerClient();
  const first = await sagemaker('submit', '--param', 'trials=50', '--json');
  expect(first.exitCode, first.stderr).toBe(0);
  const { run } = JSON.parse(first.stdout);
  const paramsOf = async (PipelineExecutionArn: string) => {
    const command = new ListPipelineParametersForExecutionCommand({ PipelineExecutionArn });
    return (await client.send(command)).PipelineParameters?.[0]?.Value ?? '';
  };
  expect(JSON.parse(await paramsOf(run))).toMatchObject({
    train: { trials: 50 },
    ingest: { customers: expect.stringMatching('^s3://lake/sales/raw/') },
  });
  await project.write({ [`${'long-name'.repeat(27)}.csv`]: 'name\n' });
  const second = await sagemaker('submit', '--param', `customers=${'long-name'.repeat(27)}.csv`, '--json');
  expect(second.exitCode, second.stderr).toBe(0);
  const place = await paramsOf(JSON.parse(second.stdout).run);
  const [, name = ''] = /^s3:\/\/lake\/sales\/params\/([0-9a-f]{16}\.json)$/.exec(place) ?? [];
  await (await openStore('s3://lake/sales/params')).download(name, join(folder, name));
  expect(JSON.parse(await readFile(join(folder, name), 'utf8')).ingest.customers).toContain('long-name');
  const { PipelineDefinition = '' } = await client.send(new DescribePipelineCommand({ PipelineName: 'sales' }));
  expect(JSON.parse(PipelineDefinition).Version).toBe('2020-12-01');
}, 120_000);

test('steps are listed with why one failed, what a gate kept out was skipped, and logs are those of their jobs', async () => {
  const { run } = JSON.parse((await sagemaker('submit', '--json')).stdout);
  await steps([
    {
      StepName: 'train',
      StepStatus: 'Failed',
      FailureReason: 'ClientError: out of memory',
      Metadata: { TrainingJob: { Arn: job('training', 'pipelines-abc-train-1') } },
    },
    {
      StepName: 'ingest',
      StepStatus: 'Succeeded',
      Metadata: { ProcessingJob: { Arn: job('processing', 'pipelines-abc-ingest-1') } },
    },
  ]);
  const { stdout } = await sagemaker('status', '--run', run);
  expect(stdout).toBe(
    `${run}: succeeded\n  ingest: succeeded\n  train: failed: ClientError: out of memory\n  publish: skipped`,
  );
  const logs = new CloudWatchLogsClient();
  for (const [group, stream] of [
    ['Training', 'pipelines-abc-train-1/algo-1'],
    ['Processing', 'pipelines-abc-ingest-1/algo-1'],
  ]) {
    const place = { logGroupName: `/aws/sagemaker/${group}Jobs`, logStreamName: stream };
    await logs.send(new CreateLogGroupCommand(place));
    await logs.send(new CreateLogStreamCommand(place));
    await logs.send(
      new PutLogEventsCommand({ ...place, logEvents: [{ message: `${group} it`, timestamp: Date.now() }] }),
    );
  }
  expect((await sagemaker('logs', '--run', run, '--step', 'ingest')).stdout).toBe('[ingest] Processing it');
  const all = JSON.parse((await sagemaker('logs', '--run', run, '--json')).stdout);
  expect(all.lines).toContainEqual({ step: 'train', line: 'Training it' });
}, 120_000);

test('the trials of a search belong to their step, and so do their logs', async () => {
  const { run } = JSON.parse((await sagemaker('submit', '--json')).stdout);
  const Arn = `arn:aws:sagemaker:us-east-1:${ACCOUNT}:hyper-parameter-tuning-job/abc-train-7`;
  await steps([{ StepName: 'train_trials', StepStatus: 'Executing', Metadata: { TuningJob: { Arn } } }]);
  expect((await sagemaker('status', '--run', run)).stdout).toContain('\n  train: running\n');
  const logs = new CloudWatchLogsClient();
  for (const trial of [1, 2]) {
    const logStreamName = `abc-train-7-00${trial}-0f3c/algo-1`;
    const place = { logGroupName: '/aws/sagemaker/TrainingJobs', logStreamName };
    await logs.send(new CreateLogGroupCommand(place)).catch(() => undefined);
    await logs.send(new CreateLogStreamCommand(place));
    const logEvents = [{ message: `trial ${trial}`, timestamp: Date.now() }];
    await logs.send(new PutLogEventsCommand({ ...place, logEvents }));
  }
  const { stdout } = await sagemaker('logs', '--run', run, '--step', 'train');
  expect(stdout.split('\n').toSorted()).toEqual(['[train] trial 1', '[train] trial 2']);
}, 120_000);

test('a run that is not there, and a place that is none', async () => {
  const none = await sagemaker(
    'status',
    '--run',
    `arn:aws:sagemaker:us-east-1:${ACCOUNT}:pipeline/sales/execution/nowhere12345`,
  );
  expect([none.exitCode, none.stderr]).toEqual([7, expect.stringContaining('in SageMaker')]);
  await project.write({ 'targets.yaml': `${TARGETS}  submit: { reigon: eu }\n` });
  expect((await sagemaker('submit')).stderr).toContain('sagemaker.submit: Unrecognized key: "reigon"');
}, 60_000);
