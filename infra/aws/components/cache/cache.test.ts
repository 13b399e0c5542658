import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { Cache } from './cache.ts';
import { cacheConfig, cacheProblems } from './config.ts';

const { dev, prod } = cacheConfig.defaults;

const run = (settings: typeof dev) =>
  runComponent((options) => {
    const args = {
      ...settings,
      context: TEST_CONTEXT,
      vpcId: 'vpc-1',
      subnetIds: ['subnet-a', 'subnet-b'],
      workloadSecurityGroupId: 'sg-workloads',
      databaseKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/database',
    };
    const { endpoint, user, connectArns } = new Cache('acme-dev-cache', args, options);
    return { endpoint, user, connectArns: [...connectArns] };
  });

test('a cache has a limit to what it holds and answers, a key of ours, and no way in but from workloads', async () => {
  const { one } = await run(dev);
  expect(one('aws:elasticache/serverlessCache:ServerlessCache').inputs).toMatchObject({
    engine: 'valkey',
    majorEngineVersion: '8',
    cacheUsageLimits: { dataStorage: { maximum: 1, unit: 'GB' }, ecpuPerSeconds: [{ maximum: 1000 }] },
    kmsKeyId: 'arn:aws:kms:eu-central-1:111111111111:key/database',
    userGroupId: 'acme-dev-cache',
    snapshotRetentionLimit: 0,
  });
  expect(one('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs).toMatchObject({
    referencedSecurityGroupId: 'sg-workloads',
    fromPort: 6379,
    toPort: 6380,
  });
});

test('its one user logs in by IAM under its id, and can neither empty nor halt it', async () => {
  const { one, outputs } = await run(prod);
  const { inputs } = one('aws:elasticache/user:User');
  expect(inputs).toMatchObject({ engine: 'valkey', authenticationMode: { type: 'iam' } });
  expect(inputs.userName).toBe(inputs.userId);
  expect(inputs.accessString).toMatch(/ -@all .* -@dangerous /);
  expect(one('aws:elasticache/userGroup:UserGroup').inputs.userIds).toEqual([inputs.userId]);
  expect(outputs).toEqual({
    endpoint: 'acme-dev-cache-1a2b3c.serverless.eu-central-1.cache.amazonaws.com',
    user: 'acme-dev-cache',
    connectArns: [
      'arn:aws:elasticache:eu-central-1:111111111111:serverlesscache:acme-dev-cache',
      'arn:aws:elasticache:eu-central-1:111111111111:user:acme-dev-cache',
    ],
  });
});

test('it needs two zones', () => {
  expect(cacheProblems({ ...dev, enabled: true }, ['a'])).toMatchObject([{ key: 'cache.enabled' }]);
  expect(cacheProblems({ ...dev, enabled: true }, ['a', 'b'])).toEqual([]);
  expect(cacheProblems(dev, ['a'])).toEqual([]);
  for (const settings of Object.values(cacheConfig.defaults)) {
    expect(cacheConfig.schema.parse(settings)).toEqual(settings);
  }
});
