import { declared, of } from '../testing/declared.ts';
import { dev, prod, testRules } from '../testing/test-rules.ts';
import { durabilityRules } from './durability.ts';

const bucket = declared('aws:s3/bucket:Bucket');
const ENCRYPTION = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
const AES = { sseAlgorithm: 'AES256' };
const versioning = (status: string) => {
  const inputs = { versioningConfiguration: { status } };
  return declared('aws:s3/bucketVersioning:BucketVersioning', { inputs, from: { bucket } });
};
const cluster = (inputs: object) => of('aws:rds/cluster:Cluster', { ...inputs });
const plan = (deleteAfter: number) => of('aws:backup/plan:Plan', { rules: [{ lifecycle: { deleteAfter } }] });

testRules(durabilityRules, {
  'prod-bucket-keeps-versions': {
    passes: {
      'versions on': prod(bucket, versioning('Enabled')),
      'a bucket of dev': dev(bucket),
      'a bucket of access logs': prod(
        bucket,
        declared(ENCRYPTION, { inputs: { rules: [{ applyServerSideEncryptionByDefault: AES }] }, from: { bucket } }),
        declared('aws:s3/bucketLogging:BucketLogging', { from: { targetBucket: bucket } }),
      ),
    },
    fails: { 'keeps no versions': prod(bucket, versioning('Suspended')) },
  },
  'prod-database-is-backed-up': {
    passes: { 'a week': prod(cluster({ backupRetentionPeriod: 7 })), 'a database of dev': dev(cluster({})) },
    fails: {
      'backupRetentionPeriod is not set': prod(cluster({})),
      'backupRetentionPeriod is 1; skipFinalSnapshot is on': prod(
        cluster({ backupRetentionPeriod: 1, skipFinalSnapshot: true }),
      ),
    },
  },
  'prod-table-is-backed-up': {
    passes: { 'recovery on': prod(of('aws:dynamodb/table:Table', { pointInTimeRecovery: { enabled: true } })) },
    fails: { 'has no point-in-time recovery': prod(of('aws:dynamodb/table:Table')) },
  },
  'prod-backup-lasts': {
    passes: { 'a month': prod(plan(30)), 'a day in dev': dev(plan(1)) },
    fails: { 'deletes backups after 3 days': prod(plan(3)) },
  },
  'prod-refuses-deletion': {
    passes: { 'a protected database': prod(cluster({ deletionProtection: true })), 'one of dev': dev(cluster({})) },
    fails: {
      'deletionProtection is off': prod(cluster({})),
      'enableDeletionProtection is off': prod(of('aws:lb/loadBalancer:LoadBalancer')),
    },
  },
  'prod-state-is-protected': {
    passes: {
      'a protected bucket': prod(declared('aws:s3/bucket:Bucket', { protect: true })),
      'a bucket of dev': dev(bucket),
    },
    fails: { "isn't protected": prod(bucket) },
  },
  'prod-forces-no-deletion': {
    passes: {
      'a bucket of dev': dev(of('aws:s3/bucket:Bucket', { forceDestroy: true })),
      'a bucket that is not': prod(of('aws:s3/bucket:Bucket', { forceDestroy: false })),
    },
    fails: {
      'forceDestroy is on': prod(of('aws:s3/bucket:Bucket', { forceDestroy: true })),
      'forceDelete is on': prod(of('aws:ecr/repository:Repository', { forceDelete: true })),
    },
  },
});
