import { expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { lakeConfig } from './config.ts';
import { DataLake, type DataLakeArgs } from './data-lake.ts';

const { dev, prod } = lakeConfig.defaults;
const PROD = { ...TEST_CONTEXT, isProtected: true, isDisposable: false };
const READER = { account: '999999999999', externalId: 'agreed-on-it' };

function make(args: Partial<DataLakeArgs> = {}): Promise<ComponentRun> {
  return runComponent((options) => {
    const lake = new DataLake('lake', { ...dev, context: TEST_CONTEXT, dataKeyArn: 'arn:key/data', ...args }, options);
    return { bucket: lake.bucketName, arn: lake.bucketArn, logs: lake.logBucketName, readers: lake.readerRoleArns };
  });
}

const BUCKET = 'aws:s3/bucket:Bucket';
const POLICY = 'aws:s3/bucketPolicy:BucketPolicy';
const statementsOf = (run: ComponentRun, type = POLICY, name = 'lake') => {
  return JSON.parse(String(run.one(type, name).inputs.policy)).Statement as Record<string, unknown>[];
};

test('both buckets are private, keep versions, belong to their owner, and have one set of lifecycle rules', async () => {
  const { all, outputs } = await make();
  const names = [outputs.bucket, outputs.logs];
  const block = 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock';
  for (const type of [
    block,
    'aws:s3/bucketVersioning:BucketVersioning',
    'aws:s3/bucketOwnershipControls:BucketOwnershipControls',
    'aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration',
    'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration',
    POLICY,
  ]) {
    expect(
      all(type)
        .map(({ inputs }) => inputs.bucket)
        .toSorted(),
    ).toEqual(names.toSorted());
  }
  for (const { inputs } of all(block)) {
    expect(inputs).toMatchObject({ blockPublicAcls: true, blockPublicPolicy: true });
    expect(inputs).toMatchObject({ ignorePublicAcls: true, restrictPublicBuckets: true });
  }
});

test('the lake is encrypted with the key of the stack, its logs with that of S3, which services can write with', async () => {
  const { one } = await make();
  const type = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
  const byKey = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: 'arn:key/data' };
  expect(one(type, 'lake').inputs.rules).toEqual([
    { applyServerSideEncryptionByDefault: byKey, bucketKeyEnabled: true },
  ]);
  expect(one(type, 'lake-logs').inputs.rules).toEqual([
    { applyServerSideEncryptionByDefault: { sseAlgorithm: 'AES256' } },
  ]);
});

test('without TLS, or from an account that is not known, there is no access', async () => {
  const run = await make();
  const [tls, outsiders, ...others] = statementsOf(run);
  const everything = [run.outputs.arn, `${run.outputs.arn}/*`];
  expect(tls).toMatchObject({ Effect: 'Deny', Action: 's3:*', Resource: everything });
  expect(tls?.Condition).toEqual({ Bool: { 'aws:SecureTransport': 'false' } });
  expect(outsiders).toMatchObject({ Effect: 'Deny', Action: 's3:*', Resource: everything });
  expect(outsiders?.Condition).toMatchObject({ StringNotEquals: { 'aws:PrincipalAccount': ['111111111111'] } });
  expect(others).toEqual([]);
});

test('rules for versions come after versioning, and the policy after the block of public ones', async () => {
  const { one } = await make();
  const lifecycle = one('aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration', 'lake');
  expect(lifecycle.dependencies).toContain(one('aws:s3/bucketVersioning:BucketVersioning', 'lake').urn);
  const block = one('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock', 'lake');
  expect(one(POLICY, 'lake').dependencies).toContain(block.urn);
});

test('objects show on the event bus', async () => {
  const { one } = await make();
  expect(one('aws:s3/bucketNotification:BucketNotification').inputs.eventbridge).toBe(true);
});

test.each([
  { context: TEST_CONTEXT, isProtected: false },
  { context: PROD, isProtected: true },
])('protected: $isProtected, or else it goes with the stack', async ({ context, isProtected }) => {
  const { all } = await make({ context });
  for (const { options, inputs } of all(BUCKET)) {
    expect(options.protect).toBe(isProtected);
    expect(inputs.forceDestroy).toBe(!isProtected);
  }
});

test('what is backed up says so by its tag, which logs do not have', async () => {
  const { one } = await make({ ...prod, context: PROD });
  expect(one(BUCKET, 'lake').inputs.tags).toEqual({ backup: 'acme-dev' });
  expect(one(BUCKET, 'lake-logs').inputs.tags).toEqual({});
});

test('requests are recorded where that is on', async () => {
  const type = 'aws:s3/bucketLogging:BucketLogging';
  expect((await make()).all(type)).toEqual([]);
  const run = await make({ accessLogs: true });
  expect(run.one(type).inputs).toMatchObject({ targetBucket: run.outputs.logs, targetPrefix: 'lake/' });
  const writers = statementsOf(run, POLICY, 'lake-logs').slice(1);
  expect(writers.map(({ Principal }) => Principal)).toEqual([
    { Service: 'logging.s3.amazonaws.com' },
    { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
  ]);
});

test('S3 places objects itself where that is on, and archives raw data that nobody reads', async () => {
  const type = 'aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration';
  expect((await make({ ...prod })).all(type)).toEqual([]);
  const { one } = await make({ ...prod, intelligentTiering: true });
  expect(one(type).inputs.tierings).toEqual([{ accessTier: 'ARCHIVE_ACCESS', days: 180 }]);
  expect((await make({ intelligentTiering: true })).all(type)).toEqual([]);
});

test('another account reads the zones it may, by a role with its external id or by its own roles', async () => {
  const run = await make({ readers: [READER], readableZones: ['curated'] });
  const principal = 'arn:aws:iam::999999999999:root';
  const [, outsiders, read, list] = statementsOf(run);
  expect(outsiders?.Condition).toMatchObject({
    StringNotEquals: { 'aws:PrincipalAccount': ['111111111111', '999999999999'] },
  });
  expect(read).toMatchObject({ Principal: { AWS: [principal] }, Resource: [`${run.outputs.arn}/curated/*`] });
  expect(list?.Condition).toEqual({ StringLike: { 's3:prefix': ['curated/*'] } });

  const role = run.one('aws:iam/role:Role', 'lake-reader-999999999999');
  const [trust] = JSON.parse(String(role.inputs.assumeRolePolicy)).Statement;
  expect(trust).toMatchObject({ Principal: { AWS: principal }, Action: 'sts:AssumeRole' });
  expect(trust.Condition).toEqual({ StringEquals: { 'sts:ExternalId': 'agreed-on-it' } });
  const allowed = statementsOf(run, 'aws:iam/rolePolicy:RolePolicy', role.name).flatMap(({ Action }) => Action);
  expect(allowed).toEqual(['s3:GetObject', 's3:GetObjectVersion', 's3:ListBucket', 'kms:Decrypt']);
  expect(run.one('aws:kms/grant:Grant').inputs).toMatchObject({
    granteePrincipal: principal,
    keyId: 'arn:key/data',
    operations: ['Decrypt', 'DescribeKey'],
  });
  expect(run.outputs.readers).toEqual({ '999999999999': expect.stringMatching(/^arn:aws:iam::\d{12}:role\//) });
});
