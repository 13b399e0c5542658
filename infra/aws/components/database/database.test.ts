import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { databaseConfig, databaseProblems } from './config.ts';
import { Database, type DatabaseArgs } from './database.ts';

const { dev, staging, prod } = databaseConfig.defaults;

const ARGS = {
  vpcId: 'vpc-1',
  subnetIds: ['subnet-a', 'subnet-b'],
  workloadSecurityGroupId: 'sg-workloads',
  databaseKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/database',
  secretsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/secrets',
  logsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
};

const run = (args: Partial<DatabaseArgs>) =>
  runComponent((options) => {
    const given = { ...dev, ...ARGS, context: TEST_CONTEXT, ...args };
    const { endpoint, userArns, masterSecretArn } = new Database('acme-dev-database', given, options);
    return { endpoint, userArns, masterSecretArn };
  });

test('by default it pauses when nobody is connected, and is gone with its stack', async () => {
  const { one, outputs } = await run({});
  const { inputs, options } = one('aws:rds/cluster:Cluster');
  expect(inputs).toMatchObject({
    serverlessv2ScalingConfiguration: { minCapacity: 0, maxCapacity: 4, secondsUntilAutoPause: 600 },
    manageMasterUserPassword: true,
    masterUserSecretKmsKeyId: ARGS.secretsKeyArn,
    iamDatabaseAuthenticationEnabled: true,
    storageEncrypted: true,
    kmsKeyId: ARGS.databaseKeyArn,
    skipFinalSnapshot: true,
    deletionProtection: false,
  });
  expect(inputs).not.toHaveProperty('finalSnapshotIdentifier');
  expect(options.protect).toBe(false);
  expect(one('aws:rds/clusterInstance:ClusterInstance').inputs).not.toHaveProperty('performanceInsightsEnabled');
  expect(outputs.userArns).toEqual(['arn:aws:rds-db:eu-central-1:111111111111:dbuser:cluster-1A2B3C/platform']);
  expect(outputs.masterSecretArn).toMatch(/^arn:aws:secretsmanager:/);
});

test('in prod it is protected, backed up, kept as a snapshot, and one instance can take over', async () => {
  const context = { ...TEST_CONTEXT, isProtected: true, isDisposable: false };
  const { one, all } = await run({ ...prod, context });
  const { inputs, options } = one('aws:rds/cluster:Cluster');
  expect(inputs).toMatchObject({
    backupRetentionPeriod: 14,
    deletionProtection: true,
    skipFinalSnapshot: false,
    finalSnapshotIdentifier: 'acme-dev-database-final',
    serverlessv2ScalingConfiguration: { minCapacity: 1 },
    tags: { backup: 'acme-dev' },
  });
  expect(inputs.serverlessv2ScalingConfiguration).not.toHaveProperty('secondsUntilAutoPause');
  expect(options.protect).toBe(true);
  const instances = all('aws:rds/clusterInstance:ClusterInstance');
  expect(instances).toHaveLength(2);
  for (const instance of instances) {
    expect(instance.inputs).toMatchObject({ performanceInsightsEnabled: true, publiclyAccessible: false });
  }
});

test('only TLS gets in, and only from workloads', async () => {
  const { one, all } = await run({});
  expect(one('aws:rds/clusterParameterGroup:ClusterParameterGroup').inputs).toMatchObject({
    family: 'aurora-postgresql17',
    parameters: [{ name: 'rds.force_ssl', value: '1' }, {}],
  });
  expect(one('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').inputs).toMatchObject({
    referencedSecurityGroupId: 'sg-workloads',
    fromPort: 5432,
    toPort: 5432,
  });
  expect(one('aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule').inputs).toMatchObject({
    securityGroupId: 'sg-workloads',
  });
  expect(all('aws:rds/proxy:Proxy')).toEqual([]);
});

test('its log group is there before it, with days and key', async () => {
  const { one } = await run({ logDays: 30 });
  const logs = one('aws:cloudwatch/logGroup:LogGroup');
  const cluster = one('aws:rds/cluster:Cluster');
  expect(logs.inputs).toEqual({
    name: `/aws/rds/cluster/${cluster.inputs.clusterIdentifier}/postgresql`,
    retentionInDays: 30,
    kmsKeyId: ARGS.logsKeyArn,
  });
  expect(cluster.dependencies).toContain(logs.urn);
});

test('with a proxy, workloads reach the proxy alone, and both ways in are by IAM', async () => {
  const { one, outputs } = await run({ ...staging, proxy: true });
  const proxy = one('aws:rds/proxy:Proxy');
  expect(proxy.inputs).toMatchObject({ defaultAuthScheme: 'IAM_AUTH', requireTls: true, engineFamily: 'POSTGRESQL' });
  const policy = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy));
  expect(policy.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: ['rds-db:connect'],
      Resource: ['arn:aws:rds-db:eu-central-1:111111111111:dbuser:cluster-1A2B3C/platform'],
    },
  ]);
  const from = (name: string) => one('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule', name).inputs;
  expect(from('acme-dev-database-proxy').referencedSecurityGroupId).toBe('sg-workloads');
  expect(from('acme-dev-database').referencedSecurityGroupId).toMatch(/^acme-dev-database-proxy/);
  expect(outputs.userArns).toEqual(['arn:aws:rds-db:eu-central-1:111111111111:dbuser:prx-1A2B3C/platform']);
  expect(outputs.endpoint).toMatch(/proxy-/);
});

test('prod has no database without protection, backups and a second instance', () => {
  const bad = { ...prod, deletionProtection: false, backupDays: 6, instances: 1, minCapacity: 0 };
  expect(databaseProblems(bad, 'prod').map(({ key }) => key)).toEqual([
    'database.deletionProtection',
    'database.backupDays',
    'database.instances',
    'database.minCapacity',
  ]);
  expect(databaseProblems(bad, 'staging')).toEqual([]);
  expect(databaseProblems({ ...bad, enabled: false }, 'prod')).toEqual([]);
});

test('a proxy before a database that should pause, and a maximum below the minimum are refused', () => {
  const on = { ...dev, enabled: true };
  expect(databaseProblems({ ...on, proxy: true }, 'dev')).toMatchObject([{ key: 'database.proxy', value: true }]);
  expect(databaseProblems({ ...on, minCapacity: 8 }, 'dev')).toMatchObject([{ key: 'database.maxCapacity', value: 4 }]);
});

test('the defaults of every environment are valid', () => {
  for (const [environment, settings] of Object.entries(databaseConfig.defaults)) {
    expect(databaseConfig.schema.parse(settings)).toEqual(settings);
    expect(databaseProblems(settings, environment as keyof typeof databaseConfig.defaults)).toEqual([]);
  }
});
