import type { PipelineDocument } from '@ml-platform/pipeline';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { networkConfig } from '../network/config.ts';
import { pipelinesConfig } from './config.ts';
import { readPipelines } from './entries.ts';
import { Pipelines, type PipelinesArgs } from './pipelines.ts';
import { type Compiled, compiledPipelines, flightDocument, HAS_FLIGHTS, stressDocument } from './testing/compiled.ts';

const DIGEST = `sha256:${'a'.repeat(64)}`;
const IMAGES = { typescript: DIGEST, python: DIGEST };
const REGISTRY = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-dev';
const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/data';
const TRAINING = 'arn:aws:iam::111111111111:role/acme-dev-training';

const ARGS: Omit<PipelinesArgs, 'documents'> = {
  ...pipelinesConfig.defaults.dev,
  context: TEST_CONTEXT,
  images: IMAGES,
  lakeBucketName: 'acme-dev-lake-1',
  repositoryUrls: { typescript: `${REGISTRY}-steps`, python: `${REGISTRY}-steps-python` },
  trainingRoleArn: TRAINING,
  pipelineRunnerRoleArn: 'arn:aws:iam::111111111111:role/acme-dev-runner',
  privateSubnetIds: ['subnet-a', 'subnet-b'],
  workloadSecurityGroupId: 'sg-workload',
  dataKeyArn: KEY,
  logsKeyArn: `${KEY}-logs`,
};

let compiled: Compiled;
let stress: PipelineDocument;
beforeAll(async () => {
  [compiled, stress] = await Promise.all([compiledPipelines(), stressDocument()]);
});
afterAll(() => compiled.remove());

const run = (args: Partial<PipelinesArgs>) =>
  runComponent((options) => {
    const settings = { ...ARGS, ...args };
    const all = { ...settings, documents: readPipelines(settings, networkConfig.defaults.staging) };
    const { arns, notMade } = new Pipelines('acme-dev-pipelines', all, options);
    return { arns, notMade };
  });

const definitionOf = ({ all }: ComponentRun): string => {
  const pipelines = all('aws:sagemaker/pipeline:Pipeline').map(({ inputs }) => inputs.pipelineDefinition);
  const machines = all('aws:sfn/stateMachine:StateMachine').map(({ inputs }) => inputs.definition);
  return String([...pipelines, ...machines][0]);
};

/** Steps on AWS Batch, but those with an accelerator, which Fargate hasn't. */
const onBatch = (document: PipelineDocument) => {
  const accelerated = document.steps.filter(({ resources }) => resources?.accelerator !== undefined);
  const disk = document.steps.filter(({ resources }) => resources?.disk !== undefined);
  return { steps: Object.fromEntries([...accelerated, ...disk].map(({ name }) => [name, { on: 'sagemaker' }])) };
};

describe('the stress pipeline', () => {
  test("is one of SageMaker's, with the stack's values and none left out", async () => {
    const definition = await compiled.write('stress', stress, 'sagemaker');
    const made = await run({ entries: { stress: { engine: 'sagemaker', definition } } });
    const { inputs } = made.one('aws:sagemaker/pipeline:Pipeline');
    expect(inputs).toMatchObject({
      pipelineName: 'acme-dev-stress',
      roleArn: ARGS.pipelineRunnerRoleArn,
      parallelismConfiguration: { maxParallelExecutionSteps: 4 },
    });
    const text = definitionOf(made);
    expect(text).not.toMatch(/from-stack|undefined|000000000000/);
    expect(text).toContain(`"ImageUri":"${REGISTRY}-steps-python@${DIGEST}"`);
    expect(text).toContain('"VpcConfig":{"SecurityGroupIds":["sg-workload"],"Subnets":["subnet-a","subnet-b"]}');
    expect(text).toContain('"s3://acme-dev-lake-1/pipelines"');
    const roles = new Set([...text.matchAll(/"RoleArn":"([^"]+)"/g)].map(([, role]) => role));
    expect([...roles]).toEqual([TRAINING]);
  });

  test('is a state machine with its log and alias; its queues and definitions are there as it names them', async () => {
    const definition = await compiled.write('stress-batch', stress, 'step-functions', onBatch(stress));
    const made = await run({ entries: { stress: { engine: 'step-functions', definition } } });
    const { one, all, outputs } = made;
    const { inputs } = one('aws:sfn/stateMachine:StateMachine');
    expect(inputs).toMatchObject({
      name: 'acme-dev-stress',
      type: 'STANDARD',
      publish: true,
      encryptionConfiguration: { type: 'CUSTOMER_MANAGED_KMS_KEY', kmsKeyId: KEY },
      loggingConfiguration: { level: 'ALL', includeExecutionData: false },
    });
    expect((inputs.loggingConfiguration as { logDestination: string }).logDestination).toMatch(/log-group:.*:\*$/);
    expect(one('aws:sfn/alias:Alias').inputs.routingConfigurations).toEqual([
      { stateMachineVersionArn: expect.stringMatching(/stateMachine:acme-dev-stress:1$/), weight: 100 },
    ]);
    expect((outputs.arns as Record<string, string>).stress).toContain(':alias/live');
    const text = definitionOf(made);
    expect(text).not.toMatch(/from-stack|undefined|000000000000/);
    expect(text).toContain('"Bucket":"acme-dev-lake-1"');
    const queues = new Set([...text.matchAll(/"JobQueue":"[^"]+\/([a-z-]+)-[0-9a-f]{7}"/g)].map(([, queue]) => queue));
    expect([...queues]).toEqual(['acme-dev-pipelines-batch-queue']);
    const definitions = all('aws:batch/jobDefinition:JobDefinition');
    expect(definitions.map(({ name }) => name)).toEqual([
      'acme-dev-pipelines-batch-typescript',
      'acme-dev-pipelines-batch-python',
    ]);
    expect(JSON.parse(String(definitions[1]?.inputs.containerProperties))).toMatchObject({
      image: `${REGISTRY}-steps-python@${DIGEST}`,
      jobRoleArn: TRAINING,
      networkConfiguration: { assignPublicIp: 'DISABLED' },
    });
    expect(all('aws:ecs/cluster:Cluster')).toEqual([]);
  });
});

test.skipIf(!HAS_FLIGHTS)('the flight example runs on either', async () => {
  const flights = await flightDocument();
  const sagemaker = await compiled.write('flights', flights, 'sagemaker');
  const machine = await compiled.write('flights-batch', flights, 'step-functions');
  const { all, outputs } = await run({
    entries: {
      flights: { engine: 'sagemaker', definition: sagemaker },
      'flights-on-batch': { engine: 'step-functions', definition: machine },
    },
  });
  expect(all('aws:sagemaker/pipeline:Pipeline')).toHaveLength(1);
  expect(all('aws:sfn/stateMachine:StateMachine')).toHaveLength(1);
  expect(outputs.notMade).toEqual({});
});

test('steps on ECS get a cluster with spot machines, and a task definition per image', async () => {
  const settings = { on: 'ecs', ...onBatch(stress) };
  const definition = await compiled.write('stress-ecs', stress, 'step-functions', settings);
  const { one, all } = await run({ entries: { stress: { engine: 'step-functions', definition } } });
  expect(one('aws:ecs/clusterCapacityProviders:ClusterCapacityProviders').inputs.capacityProviders).toEqual([
    'FARGATE',
    'FARGATE_SPOT',
  ]);
  const [definitionOfTask] = all('aws:ecs/taskDefinition:TaskDefinition');
  expect(JSON.parse(String(definitionOfTask?.inputs.containerDefinitions))).toMatchObject([{ name: 'step' }]);
  expect(all('aws:batch/jobQueue:JobQueue')).toEqual([]);
});

test('a spot queue falls back to other machines where config says so', async () => {
  const definition = await compiled.write('stress-spot', stress, 'step-functions', onBatch(stress));
  const entries = { stress: { engine: 'step-functions' as const, definition } };
  const orders = async (spotFallback: boolean) => {
    const { one } = await run({ entries, spotFallback });
    const { inputs } = one('aws:batch/jobQueue:JobQueue', 'acme-dev-pipelines-batch-spot-queue');
    return (inputs.computeEnvironmentOrders as object[]).length;
  };
  expect(await orders(true)).toBe(2);
  expect(await orders(false)).toBe(1);
});

test('without a digest nothing is made, nor read; the output says what is missing', async () => {
  const entries = { flights: { engine: 'sagemaker' as const, definition: 'dist/not-there/pipeline.json' } };
  const { all, outputs } = await run({ entries, images: {} });
  expect(all('aws:sagemaker/pipeline:Pipeline')).toEqual([]);
  expect(outputs.notMade).toEqual({ flights: expect.stringMatching(/pipelines\.images$/) });
  const definition = await compiled.write('stress', stress, 'sagemaker');
  const half = await run({
    entries: { stress: { engine: 'sagemaker', definition } },
    images: { typescript: DIGEST },
  });
  expect(half.outputs.notMade).toEqual({ stress: expect.stringContaining('pipelines.images.python') });
});

test('switched off there is nothing', async () => {
  const entries = { flights: { engine: 'sagemaker' as const, definition: 'dist/not-there/pipeline.json' } };
  const { resources, outputs } = await run({ entries, enabled: false });
  expect(resources.filter(({ isCustom }) => isCustom).map(({ type }) => type)).toEqual(['pulumi:providers:aws']);
  expect(outputs).toEqual({ arns: {}, notMade: {} });
});

describe('schedules', () => {
  const scheduled = async () => {
    const pipeline = { ...stress, schedule: { cron: '30 4 * * 1', timezone: 'Europe/Berlin' } };
    const definition = await compiled.write('scheduled', pipeline, 'sagemaker');
    const machine = await compiled.write('scheduled-machine', pipeline, 'step-functions', onBatch(pipeline));
    const own = { cron: 'rate(1 day)', timezone: 'UTC' };
    return {
      stress: { engine: 'sagemaker' as const, definition },
      machine: { engine: 'step-functions' as const, definition: machine, schedule: own },
    };
  };

  test("are off in dev, and on the pipeline's own or the stack's, by a role that may start just these", async () => {
    const entries = await scheduled();
    expect((await run({ entries })).all('aws:scheduler/schedule:Schedule')).toEqual([]);
    const { one, outputs } = await run({ entries, schedules: true });
    const ofStress = one('aws:scheduler/schedule:Schedule', 'acme-dev-pipelines-stress').inputs;
    expect(ofStress).toMatchObject({
      scheduleExpression: 'cron(30 4 ? * MON *)',
      scheduleExpressionTimezone: 'Europe/Berlin',
      kmsKeyArn: KEY,
    });
    const arns = outputs.arns as Record<string, string>;
    expect(one('aws:scheduler/schedule:Schedule', 'acme-dev-pipelines-machine').inputs).toMatchObject({
      scheduleExpression: 'rate(1 day)',
      target: { arn: arns.machine, input: '{"params":{}}' },
    });
    const { Statement } = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy));
    expect(Statement.slice(0, 2)).toMatchObject([
      { Action: ['sagemaker:StartPipelineExecution'], Resource: [arns.stress] },
      { Action: ['states:StartExecution'], Resource: [arns.machine] },
    ]);
  });
});

test('a definition too long for a request lies in the lake, by its version', async () => {
  const description = 'x'.repeat(3000);
  const file = path.join(compiled.folder, 'long.json');
  const Steps = Array.from({ length: 400 }, () => ({ Description: description, Place: 's3://from-stack.lake/a' }));
  await writeFile(file, JSON.stringify({ Version: '2020-12-01', Steps }));
  const { one } = await run({ entries: { long: { engine: 'sagemaker', definition: file } } });
  const { inputs } = one('aws:sagemaker/pipeline:Pipeline');
  expect(inputs.pipelineDefinition).toBeUndefined();
  expect(inputs.pipelineDefinitionS3Location).toMatchObject({
    bucket: 'acme-dev-lake-1',
    objectKey: 'pipelines/definitions/acme-dev-long.json',
    versionId: expect.stringContaining('version-of'),
  });
  expect(one('aws:s3/bucketObjectv2:BucketObjectv2').inputs).toMatchObject({ serverSideEncryption: 'aws:kms' });
});

describe('a document is refused with its file and key', () => {
  const read =
    (entries: PipelinesArgs['entries'], network = networkConfig.defaults.staging) =>
    () =>
      readPipelines({ ...ARGS, entries }, network);
  const reading = async (content: unknown, engine: 'sagemaker' | 'step-functions', more = {}) => {
    const definition = path.join(compiled.folder, 'wrong.json');
    await writeFile(definition, typeof content === 'string' ? content : JSON.stringify(content));
    return read({ wrong: { engine, definition, ...more } });
  };
  const sageMaker = (Arguments: object) => ({ Version: '2020-12-01', Steps: [{ Name: 'train', Arguments }] });
  const lake = { S3Uri: 's3://from-stack.lake/x' };

  test.each([
    [
      'of the other engine',
      { StartAt: 'a', States: {} },
      /wrong\.json \(pipelines\.entries\.wrong\.definition\) is of step-functions/,
    ],
    ['of no engine', { a: 1 }, /is no compiled pipeline/],
    ['of no JSON', '{', /can't be read as JSON/],
    [
      'with a role that is written out',
      sageMaker({ ...lake, RoleArn: TRAINING }),
      /Steps\[0\]\.Arguments\.RoleArn is "arn:aws:iam::111111111111:role\/acme-dev-training", expected arn:aws:iam::0+:role\/from-stack\.role/,
    ],
    [
      'with an image that is written out',
      sageMaker({ ...lake, ImageUri: 'acme/steps:1' }),
      /ImageUri is "acme\/steps:1"/,
    ],
    [
      'with an unknown placeholder',
      sageMaker({ ...lake, Key: 'from-stack.kmsKee' }),
      /no stack has; did you mean 'kmsKey'\?/,
    ],
    [
      'with a list within a text',
      sageMaker({ ...lake, Subnets: 'a from-stack.subnets' }),
      /expected it as the one item of a list/,
    ],
    ['without the lake', sageMaker({ S3Uri: 's3://other/x' }), /no place in it is s3:\/\/from-stack\.lake/],
  ])('%s', async (_, content, message) => {
    expect(await reading(content, 'sagemaker')).toThrow(message);
  });

  test('that is not there, with the command that makes it', async () => {
    const flights = { engine: 'sagemaker' as const, definition: 'dist/none/pipeline.json' };
    const wanted = {
      message: "dist/none/pipeline.json (pipelines.entries.flights.definition) isn't there",
      hint: 'npx nx run flights:compile --target sagemaker --out dist/none',
    };
    expect(read({ flights })).toThrow(expect.objectContaining(wanted));
  });

  test('beside a schedule that is none', async () => {
    const definition = await compiled.write('no-schedule', stress, 'sagemaker');
    await writeFile(path.join(path.dirname(definition), 'schedule.json'), '{}');
    expect(read({ wrong: { engine: 'sagemaker', definition } })).toThrow(/schedule\.json is no schedule/);
  });

  test('whose jobs could not reach their images; with NAT, or as one of SageMaker, it is fine', async () => {
    const definition = await compiled.write('stress-alone', stress, 'step-functions', onBatch(stress));
    const entries = { stress: { engine: 'step-functions' as const, definition } };
    const { dev } = networkConfig.defaults;
    expect(read(entries, dev)).toThrow(
      'network.endpoints: got [], expected also ecr.api, ecr.dkr, logs: pipelines.entries.stress needs them',
    );
    expect(read(entries, { ...dev, nat: true })).not.toThrow();
    const ofSageMaker = await compiled.write('stress-alone', stress, 'sagemaker');
    expect(read({ stress: { engine: 'sagemaker', definition: ofSageMaker } }, dev)).not.toThrow();
  });

  test('that waits for jobs in an express state machine', async () => {
    const States = {
      a: { Type: 'Task', Resource: 'arn:aws:states:::batch:submitJob.sync', S: 's3://from-stack.lake/x' },
    };
    expect(await reading({ StartAt: 'a', States }, 'step-functions', { type: 'EXPRESS' })).toThrow(
      "waits for jobs, which an express state machine can't",
    );
  });
});
