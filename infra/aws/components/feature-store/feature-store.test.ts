import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { featureStoreConfig, featureStoreProblems } from './config.ts';
import { FeatureStore, type FeatureStoreArgs } from './feature-store.ts';

const AIRPORTS = {
  version: 2,
  recordId: 'airport',
  eventTime: 'at',
  features: { airport: 'String', at: 'Fractional', mean_delay: 'Fractional', flights: 'Integral' },
  online: false,
} as const;

const make = (args: Partial<FeatureStoreArgs> = {}) =>
  runComponent((options) => {
    const all = {
      enabled: true,
      groups: { airports: AIRPORTS },
      context: TEST_CONTEXT,
      lakeBucketName: 'lake',
      lakeBucketArn: 'arn:aws:s3:::lake',
      dataKeyArn: 'arn:key/data',
      ...args,
    };
    return { groups: new FeatureStore('features', all, options).groups };
  });

const GROUP = 'aws:sagemaker/featureGroup:FeatureGroup';

test('a group keeps its history as an Iceberg table in the lake, encrypted; its version is part of its name', async () => {
  const { one, outputs } = await make();
  expect(one(GROUP).name).toBe('features-airports-v2');
  expect(one(GROUP).inputs).toMatchObject({
    featureGroupName: 'acme-dev-airports-v2',
    recordIdentifierFeatureName: 'airport',
    eventTimeFeatureName: 'at',
    offlineStoreConfig: {
      tableFormat: 'Iceberg',
      s3StorageConfig: { s3Uri: 's3://lake/features/', kmsKeyId: 'arn:key/data' },
    },
    roleArn: expect.stringMatching(/^arn:aws:iam::/),
  });
  expect(one(GROUP).inputs.featureDefinitions).toContainEqual({ featureName: 'flights', featureType: 'Integral' });
  expect(one(GROUP).inputs).not.toHaveProperty('onlineStoreConfig');
  expect(outputs.groups).toEqual({
    airports: { name: 'acme-dev-airports-v2', arn: expect.stringContaining(':feature-group/') },
  });
});

test('online values are encrypted, billed by use, and gone after some days', async () => {
  const { one } = await make({ groups: { airports: { ...AIRPORTS, online: true, onlineDays: 30 } } });
  expect(one(GROUP).inputs).toMatchObject({
    onlineStoreConfig: {
      enableOnlineStore: true,
      securityConfig: { kmsKeyId: 'arn:key/data' },
      ttlDuration: { unit: 'Days', value: 30 },
    },
    throughputConfig: { throughputMode: 'OnDemand' },
  });
});

test('SageMaker writes features to the lake, and nothing else', async () => {
  const { one } = await make();
  const { Statement } = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy));
  const writing = Statement.filter(({ Action }: { Action: string[] }) => Action.includes('s3:PutObject'));
  expect(writing.map(({ Resource }: { Resource: string }) => Resource)).toEqual(['arn:aws:s3:::lake/features/*']);
  for (const { Action, Resource } of Statement) expect([...Action, Resource].flat()).not.toContain('*');
});

test('in prod a group is protected', async () => {
  const { one } = await make({ context: { ...TEST_CONTEXT, isProtected: true } });
  expect(one(GROUP).options.protect).toBe(true);
});

test('without groups there is nothing', async () => {
  const { resources } = await make({ groups: {} });
  expect(resources.filter(({ isCustom, type }) => isCustom && !type.startsWith('pulumi:'))).toEqual([]);
});

test('the defaults are settings without a problem', () => {
  for (const settings of Object.values(featureStoreConfig.defaults)) {
    expect(featureStoreConfig.schema.parse(settings)).toEqual(settings);
    expect(featureStoreProblems(settings)).toEqual([]);
  }
});

test.each([
  { change: { recordId: 'city' }, key: 'recordId' },
  { change: { eventTime: 'when' }, key: 'eventTime' },
  { change: { eventTime: 'flights' }, key: 'features.flights' },
  { change: { onlineDays: 3 }, key: 'onlineDays' },
  { change: { features: { ...AIRPORTS.features, write_time: 'String' as const } }, key: 'features.write_time' },
])('$key is refused', ({ change, key }) => {
  const groups = { airports: { ...AIRPORTS, ...change } };
  const problems = featureStoreProblems({ enabled: true, groups });
  expect(problems.map((problem) => problem.key)).toEqual([`featureStore.groups.airports.${key}`]);
});

test.each(['Airports', 'a', 'airports-'])("'%s' is no name of a group", (name) => {
  const groups = { [name]: AIRPORTS };
  expect(featureStoreConfig.schema.safeParse({ enabled: true, groups }).success).toBe(false);
});
