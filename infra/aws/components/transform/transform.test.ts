import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { transformConfig, transformProblems } from './config.ts';
import { Transform, type TransformArgs } from './transform.ts';

const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/data';
const JOB: TransformArgs['jobs'][string] = {
  modelData: 's3://lake-1/models/a.tar.gz',
  input: 'features/flights/',
  output: 'predictions/flights/',
  contentType: 'application/jsonlines',
  splitByLine: true,
  joinInput: true,
  instanceType: 'ml.m5.large',
  instances: 2,
  maxConcurrent: 4,
  maxPayloadMb: 6,
};
const ARGS: TransformArgs = {
  ...transformConfig.defaults.dev,
  context: TEST_CONTEXT,
  imageDigest: `sha256:${'d'.repeat(64)}`,
  jobs: { flights: JOB },
  lakeBucketName: 'lake-1',
  repositoryUrl: 'registry/model-server',
  servingRoleArn: 'arn:aws:iam::111111111111:role/mlp/serving',
  pipelineRunnerRoleArn: 'arn:aws:iam::111111111111:role/mlp/runner',
  privateSubnetIds: ['subnet-a'],
  workloadSecurityGroupId: 'sg-workload',
  dataKeyArn: KEY,
  logsKeyArn: `${KEY}-logs`,
};

type Given = { readonly [Name in keyof TransformArgs]?: TransformArgs[Name] | undefined };

const run = (args: Given) =>
  runComponent((options) => {
    const made = new Transform('acme-dev-transform', { ...ARGS, ...args } as TransformArgs, options);
    return { arns: made.arns, notMade: made.notMade };
  });

test('a state machine starts a job on the model in the network, and each run has a folder', async () => {
  const { one, outputs } = await run({});
  const model = one('aws:sagemaker/model:Model').inputs;
  expect(model).toMatchObject({
    primaryContainer: { image: `registry/model-server@${ARGS.imageDigest}`, modelDataUrl: JOB.modelData },
    vpcConfig: { subnets: ['subnet-a'], securityGroupIds: ['sg-workload'] },
  });
  const machine = one('aws:sfn/stateMachine:StateMachine').inputs;
  expect(machine).toMatchObject({ name: 'acme-dev-flights', roleArn: ARGS.pipelineRunnerRoleArn });
  const { Resource, Parameters } = JSON.parse(String(machine.definition)).States.Transform;
  expect(Resource).toBe('arn:aws:states:::sagemaker:createTransformJob.sync');
  expect(Parameters).toMatchObject({
    ModelName: expect.stringMatching(/^acme-dev-transform-flights-/),
    BatchStrategy: 'MultiRecord',
    TransformInput: { SplitType: 'Line', DataSource: { S3DataSource: { S3Uri: 's3://lake-1/features/flights/' } } },
    TransformOutput: {
      'S3OutputPath.$': "States.Format('s3://lake-1/predictions/flights/{}', $$.Execution.Name)",
      KmsKeyId: KEY,
    },
    TransformResources: { InstanceCount: 2, VolumeKmsKeyId: KEY },
    DataProcessing: { JoinSource: 'Input' },
  });
  // A name of 63 characters at most, of which a UUID takes 36.
  expect(Parameters['TransformJobName.$']).toBe("States.Format('flights-{}', States.UUID())");
  expect((outputs.arns as Record<string, string>).flights).toContain('alias/live');
});

test('a file without lines is one request', async () => {
  const { one } = await run({ jobs: { flights: { ...JOB, splitByLine: false, joinInput: false } } });
  const { Parameters } = JSON.parse(String(one('aws:sfn/stateMachine:StateMachine').inputs.definition)).States
    .Transform;
  expect(Parameters).toMatchObject({ BatchStrategy: 'SingleRecord', TransformInput: { SplitType: 'None' } });
  expect(Parameters.DataProcessing).toBeUndefined();
});

test('schedules are off in dev, and start the one machine where they are on', async () => {
  const schedule = { cron: 'cron(0 4 * * ? *)', timezone: 'Europe/Berlin' };
  const jobs = { flights: { ...JOB, schedule } };
  expect((await run({ jobs })).all('aws:scheduler/schedule:Schedule')).toEqual([]);
  const { one, outputs } = await run({ jobs, schedules: true });
  const { flights } = outputs.arns as Record<string, string>;
  expect(one('aws:scheduler/schedule:Schedule').inputs).toMatchObject({
    scheduleExpression: schedule.cron,
    scheduleExpressionTimezone: 'Europe/Berlin',
    target: { arn: flights },
  });
  expect(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy)).toContain(String(flights));
});

test.each<[string, Given, string]>([
  ['an image', { imageDigest: undefined }, 'transform.imageDigest'],
  [
    'a model',
    { jobs: { flights: Object.fromEntries(Object.entries(JOB).slice(1)) as typeof JOB } },
    'transform.jobs.flights.modelData',
  ],
])('without %s there is no job, and the output says so', async (_, args, key) => {
  const { resources, outputs } = await run(args);
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
  expect(outputs.notMade).toEqual({ flights: expect.stringContaining(key) });
});

test('switched off there is none', async () => {
  const { resources } = await run({ enabled: false });
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
});

test('a job of the name of a pipeline that is a state machine is a problem', () => {
  const problems = (engine: string) =>
    transformProblems(ARGS, { entries: { flights: { engine } } }).map(({ key }) => key);
  expect(problems('step-functions')).toEqual(['transform.jobs.flights']);
  expect(problems('sagemaker')).toEqual([]);
});

test('several lines in one request are no JSON document', () => {
  const jobs = { flights: { ...JOB, contentType: 'application/json' as const } };
  const found = transformProblems({ ...ARGS, jobs }, { entries: {} });
  expect(found).toMatchObject([{ key: 'transform.jobs.flights.contentType', value: 'application/json' }]);
});
