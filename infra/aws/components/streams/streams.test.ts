import { ENVIRONMENTS } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { streamsConfig, streamsProblems } from './config.ts';
import { Streams, type StreamsArgs } from './streams.ts';

const { dev, prod } = streamsConfig.defaults;
const table = { databaseName: 'acme_dev', tableName: 'predictions', prefix: 'predictions/predictions/' };

const make = (args: Partial<StreamsArgs> = {}) =>
  runComponent((options) => {
    const streams = new Streams(
      'streams',
      {
        ...dev,
        context: TEST_CONTEXT,
        table,
        lakeBucketArn: 'arn:aws:s3:::lake',
        vpcId: 'vpc-1',
        privateSubnetIds: ['subnet-a', 'subnet-b'],
        workloadSecurityGroupId: 'sg-workloads',
        dataKeyArn: 'arn:key/data',
        messagesKeyArn: 'arn:key/messages',
        logsKeyArn: 'arn:key/logs',
        ...args,
      },
      options,
    );
    return { arn: streams.streamArn };
  });

const STREAM = 'aws:kinesis/stream:Stream';
const FIREHOSE = 'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream';
const MSK = 'aws:msk/serverlessCluster:ServerlessCluster';
const statementsOf = (run: ComponentRun) =>
  JSON.parse(String(run.one('aws:iam/rolePolicy:RolePolicy').inputs.policy)).Statement as {
    Sid: string;
    Action: string[];
    Resource: unknown;
  }[];

test('a stream grows by itself, and is encrypted with the key for messages', async () => {
  const { one } = await make({ retentionHours: 48 });
  expect(one(STREAM)).toMatchObject({
    inputs: {
      streamModeDetails: { streamMode: 'ON_DEMAND' },
      encryptionType: 'KMS',
      kmsKeyId: 'arn:key/messages',
      retentionPeriod: 48,
      enforceConsumerDeletion: true,
    },
    options: { protect: false },
  });
  expect(one(STREAM).inputs).not.toHaveProperty('shardCount');
});

test('or it has the shards it was given, and in prod it is protected', async () => {
  const context = { ...TEST_CONTEXT, isProtected: true, isDisposable: false };
  const { one } = await make({ ...prod, mode: 'PROVISIONED', shards: 4, context });
  expect(one(STREAM)).toMatchObject({
    inputs: { streamModeDetails: { streamMode: 'PROVISIONED' }, shardCount: 4, enforceConsumerDeletion: false },
    options: { protect: true },
  });
});

test('events become rows of a table, in a folder per day', async () => {
  const run = await make();
  const { extendedS3Configuration: lake } = run.one(FIREHOSE).inputs;
  expect(lake).toMatchObject({
    bucketArn: 'arn:aws:s3:::lake',
    kmsKeyArn: 'arn:key/data',
    prefix: 'predictions/predictions/day=!{timestamp:yyyy-MM-dd}/',
    errorOutputPrefix: expect.stringMatching(/^stream-errors\/!\{firehose:error-output-type}\//),
    compressionFormat: 'UNCOMPRESSED',
    bufferingSize: 64,
    bufferingInterval: 300,
    dataFormatConversionConfiguration: {
      enabled: true,
      schemaConfiguration: { databaseName: 'acme_dev', tableName: 'predictions', region: 'eu-central-1' },
    },
    cloudwatchLoggingOptions: { enabled: true, logGroupName: '/acme-dev/streams/delivery', logStreamName: 'lake' },
  });
  expect(run.one('aws:cloudwatch/logGroup:LogGroup').inputs).toMatchObject({
    kmsKeyId: 'arn:key/logs',
    retentionInDays: 14,
  });
});

test('or lines as they came', async () => {
  const run = await make({ deliveryFormat: 'gzip' });
  const lake = run.one(FIREHOSE).inputs.extendedS3Configuration;
  expect(lake).toMatchObject({ prefix: 'raw/events/day=!{timestamp:yyyy-MM-dd}/', compressionFormat: 'GZIP' });
  expect(lake).not.toHaveProperty('dataFormatConversionConfiguration');
  expect(statementsOf(run).map(({ Sid }) => Sid)).not.toContain('ReadSchema');
});

test('the delivery reads the stream and one schema, and writes to the place of its files', async () => {
  const run = await make();
  const statements = statementsOf(run);
  for (const { Action, Resource } of statements) expect([...Action, Resource].flat()).not.toContain('*');
  const find = (sid: string) => statements.find(({ Sid }) => Sid === sid);
  expect(find('ReadStream')?.Resource).toBe(run.outputs.arn);
  expect(find('WriteFiles')?.Resource).toEqual([
    'arn:aws:s3:::lake/predictions/predictions/*',
    'arn:aws:s3:::lake/stream-errors/*',
  ]);
  expect(find('ReadSchema')?.Resource).toContain('arn:aws:glue:eu-central-1:111111111111:table/acme_dev/predictions');
});

test('without delivery there is only the stream', async () => {
  const { all } = await make({ delivery: false });
  for (const type of [FIREHOSE, 'aws:iam/role:Role', 'aws:cloudwatch/logGroup:LogGroup', MSK]) {
    expect(all(type)).toEqual([]);
  }
});

test('Kafka is reached by workloads only, with their roles', async () => {
  const { one } = await make({ msk: true });
  expect(one(MSK).inputs).toMatchObject({
    clientAuthentication: { sasl: { iam: { enabled: true } } },
    vpcConfigs: [{ subnetIds: ['subnet-a', 'subnet-b'] }],
  });
  const ingress = one('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs;
  const egress = one('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').inputs;
  expect(ingress).toMatchObject({ referencedSecurityGroupId: 'sg-workloads', fromPort: 9098, toPort: 9098 });
  expect(egress).toMatchObject({ securityGroupId: 'sg-workloads', referencedSecurityGroupId: ingress.securityGroupId });
});

const tables = [
  { name: 'predictions', format: 'parquet' },
  { name: 'orders', format: 'iceberg' },
];

test('the defaults are settings without a problem', () => {
  for (const environment of ENVIRONMENTS) {
    const settings = streamsConfig.defaults[environment];
    expect(streamsConfig.schema.parse(settings)).toEqual(settings);
    expect(streamsProblems({ ...settings, enabled: true }, environment, tables)).toEqual([]);
    expect(streamsProblems(settings, environment, [])).toEqual([]);
  }
});

test.each([
  { change: { enabled: true, deliveryTable: 'orders' }, key: 'deliveryTable' },
  { change: { msk: true }, key: 'msk' },
  { change: { shards: 3 }, key: 'shards' },
])('$key is refused in dev', ({ change, key }) => {
  const problems = streamsProblems({ ...dev, ...change }, 'dev', tables);
  expect(problems.map((problem) => problem.key)).toEqual([`streams.${key}`]);
});
