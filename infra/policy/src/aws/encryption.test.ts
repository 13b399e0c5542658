import { UNKNOWN } from '@ml-platform/conventions';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { encryptionRules } from './encryption.ts';

const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/k';
const bucket = declared('aws:s3/bucket:Bucket');
const encrypted = (byDefault: object) => {
  const rules = [{ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled: true }];
  const type = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
  return declared(type, { inputs: { rules }, from: { bucket } });
};
const withKms = encrypted({ sseAlgorithm: 'aws:kms', kmsMasterKeyId: KEY });
const withAes = encrypted({ sseAlgorithm: 'AES256' });
const policy = (text: string) => {
  return declared('aws:s3/bucketPolicy:BucketPolicy', { inputs: { policy: text }, from: { bucket } });
};
const letsIn = (service: string) => {
  return policy(
    JSON.stringify({ Statement: { Effect: 'Allow', Principal: { Service: service }, Action: 's3:PutObject' } }),
  );
};
const capture = { enableCapture: true, destinationS3Uri: 's3://lake/predictions' };
const ENDPOINT = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';

testRules(encryptionRules, {
  'bucket-uses-customer-key': {
    passes: {
      'a key': dev(bucket, withKms),
      'a key that is not known yet': dev(bucket, encrypted({ sseAlgorithm: 'aws:kms', kmsMasterKeyId: UNKNOWN })),
      "a bucket of S3's access logs": dev(
        bucket,
        withAes,
        declared('aws:s3/bucketLogging:BucketLogging', { from: { targetBucket: bucket } }),
      ),
      'a bucket whose policy lets logs in': dev(bucket, withAes, letsIn('logging.s3.amazonaws.com')),
      'a bucket whose policy is not known yet': dev(bucket, withAes, policy(UNKNOWN)),
      "a bucket of a load balancer's access logs": dev(
        bucket,
        withAes,
        declared('aws:lb/loadBalancer:LoadBalancer', { from: { accessLogs: bucket } }),
      ),
    },
    fails: {
      'has no BucketServerSideEncryptionConfiguration': dev(bucket),
      "isn't encrypted with a key of ours": dev(bucket, withAes, letsIn('glue.amazonaws.com')),
    },
  },
  'data-uses-customer-key': {
    passes: {
      'a queue with a key': dev(of('aws:sqs/queue:Queue', { kmsMasterKeyId: KEY })),
      'a repository with a key': dev(
        of('aws:ecr/repository:Repository', { encryptionConfigurations: [{ encryptionType: 'KMS', kmsKey: UNKNOWN }] }),
      ),
      'a workgroup': dev(
        of('aws:athena/workgroup:Workgroup', {
          configuration: { resultConfiguration: { encryptionConfiguration: { kmsKeyArn: KEY } } },
        }),
      ),
    },
    fails: {
      'kmsMasterKeyId is no key of ours': dev(of('aws:sns/topic:Topic', { kmsMasterKeyId: 'alias/aws/sns' })),
      'kmsKeyId is no key of ours': dev(of('aws:cloudwatch/logGroup:LogGroup')),
      'encryptionConfigurations.kmsKey is no key of ours': dev(of('aws:ecr/repository:Repository')),
    },
  },
  'encryption-is-on': {
    passes: {
      'a database': dev(of('aws:rds/cluster:Cluster', { storageEncrypted: true })),
      'a stream': dev(of('aws:kinesis/stream:Stream', { encryptionType: 'KMS' })),
    },
    fails: {
      "storageEncrypted doesn't turn encryption on": dev(of('aws:rds/cluster:Cluster', { kmsKeyId: KEY })),
      "encryptionType doesn't turn encryption on": dev(of('aws:kinesis/stream:Stream', { encryptionType: 'NONE' })),
      "encryptionConfigurations.encryptionType doesn't turn encryption on": dev(
        of('aws:ecr/repository:Repository', { encryptionConfigurations: [{ encryptionType: 'AES256' }] }),
      ),
    },
  },
  'store-uses-customer-key': {
    passes: {
      'an endpoint that captures nothing': dev(of(ENDPOINT, { productionVariants: [] })),
      'an endpoint that captures with a key': dev(of(ENDPOINT, { dataCaptureConfig: { ...capture, kmsKeyId: KEY } })),
    },
    fails: {
      'dataCaptureConfig.kmsKeyId is no key of ours': dev(of(ENDPOINT, { dataCaptureConfig: capture })),
      'offlineStoreConfig.s3StorageConfig.kmsKeyId is no key of ours': dev(
        of('aws:sagemaker/featureGroup:FeatureGroup', {
          onlineStoreConfig: { enableOnlineStore: true, securityConfig: { kmsKeyId: KEY } },
          offlineStoreConfig: { s3StorageConfig: { s3Uri: 's3://lake/features' } },
        }),
      ),
    },
  },
  'key-rotates': {
    passes: {
      'a key that does': dev(of('aws:kms/key:Key', { enableKeyRotation: true })),
      'one that can not': dev(of('aws:kms/key:Key', { customerMasterKeySpec: 'ECC_NIST_P256' })),
    },
    fails: { "isn't rotated": dev(of('aws:kms/key:Key')) },
  },
});
