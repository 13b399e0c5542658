import { allowsOf } from '../documents/policy-document.ts';
import { companions, each, ofType, refersTo, type ResourceFacts, type Rule, type StackFacts } from '../rule.ts';
import { isSet, isTrue, isUnknown, valueAt, valuesAt } from '../values.ts';

const ENCRYPTION = 'aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration';
const BY_DEFAULT = 'rules.applyServerSideEncryptionByDefault';

const bucketsUseOwnKey: Rule = {
  name: 'bucket-uses-customer-key',
  description:
    "Who may read data is decided twice when its key is the account's own. Give each bucket a " +
    'BucketServerSideEncryptionConfiguration with aws:kms and kmsMasterKeyId; a bucket that AWS itself writes access logs ' +
    'to takes AES256 only.',
  level: 'mandatory',
  scope: 'stack',
  ...each('aws:s3/bucket:Bucket', (bucket, stack) => {
    const [found] = companions(stack, bucket, ENCRYPTION, 'bucket');
    if (!found) return 'has no BucketServerSideEncryptionConfiguration';
    const algorithm = valueAt(found, `${BY_DEFAULT}.sseAlgorithm`);
    if (takesAccessLogs(bucket, stack)) return undefined;
    const isKms = isUnknown(algorithm) || /^aws:kms(:dsse)?$/.test(String(algorithm));
    return isKms && isSet(valueAt(found, `${BY_DEFAULT}.kmsMasterKeyId`))
      ? undefined
      : "isn't encrypted with a key of ours";
  }),
};

const LOG_WRITERS = ['logging.s3.amazonaws.com', 'logdelivery.elasticloadbalancing.amazonaws.com'];

/**
 * Whether a bucket is for logs that AWS writes, which it does to a bucket that S3's own key encrypts and to no other:
 * something logs to it, or its policy lets the services that do.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/enable-server-access-logging.html and
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function takesAccessLogs(bucket: ResourceFacts, stack: StackFacts): boolean {
  const encryption = companions(stack, bucket, ENCRYPTION, 'bucket');
  if (!encryption.some((found) => valueAt(found, `${BY_DEFAULT}.sseAlgorithm`) === 'AES256')) return false;
  const policies = companions(stack, bucket, 'aws:s3/bucketPolicy:BucketPolicy', 'bucket');
  return (
    isLoggedTo(bucket, stack) || policies.some(({ inputs }) => isUnknown(inputs.policy) || letsLogsIn(inputs.policy))
  );
}

function letsLogsIn(policy: unknown): boolean {
  const writers = allowsOf(policy).flatMap(({ principals }) => principals.Service ?? []);
  return writers.some((service) => LOG_WRITERS.includes(service));
}

function isLoggedTo(bucket: ResourceFacts, stack: StackFacts): boolean {
  const ofBuckets = ofType(stack, 'aws:s3/bucketLogging:BucketLogging');
  const ofBalancers = ofType(stack, 'aws:lb/loadBalancer:LoadBalancer');
  return (
    ofBuckets.some((logging) => refersTo(logging, 'targetBucket', bucket)) ||
    ofBalancers.some((one) => ['accessLogs', 'connectionLogs'].some((input) => refersTo(one, input, bucket)))
  );
}

/** The inputs by which a type is given a key; several where each needs one if it is used at all. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  'aws:rds/cluster:Cluster': ['kmsKeyId'],
  'aws:rds/instance:Instance': ['kmsKeyId'],
  'aws:dynamodb/table:Table': ['serverSideEncryption.kmsKeyArn'],
  'aws:elasticache/serverlessCache:ServerlessCache': ['kmsKeyId'],
  'aws:elasticache/replicationGroup:ReplicationGroup': ['kmsKeyId'],
  'aws:sqs/queue:Queue': ['kmsMasterKeyId'],
  'aws:sns/topic:Topic': ['kmsMasterKeyId'],
  'aws:kinesis/stream:Stream': ['kmsKeyId'],
  'aws:msk/cluster:Cluster': ['encryptionInfo.encryptionAtRestKmsKeyArn'],
  'aws:cloudwatch/logGroup:LogGroup': ['kmsKeyId'],
  'aws:cloudtrail/trail:Trail': ['kmsKeyId'],
  'aws:ecr/repository:Repository': ['encryptionConfigurations.kmsKey'],
  'aws:secretsmanager/secret:Secret': ['kmsKeyId'],
  'aws:backup/vault:Vault': ['kmsKeyArn'],
  'aws:athena/workgroup:Workgroup': ['configuration.resultConfiguration.encryptionConfiguration.kmsKeyArn'],
  'aws:sagemaker/domain:Domain': ['kmsKeyId'],
  'aws:efs/fileSystem:FileSystem': ['kmsKeyId'],
  'aws:eks/cluster:Cluster': ['encryptionConfig.provider.keyArn'],
};

const dataUsesOwnKey: Rule = {
  name: 'data-uses-customer-key',
  description:
    "A key of the account's own can be audited, limited and taken away. Give the resource one of the stack's keys " +
    "(keys.arns), not AWS's own.",
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(KEYS), (resource) => {
    const missing = (KEYS[resource.type] ?? []).filter((path) => !isOwnKey(valueAt(resource, path)));
    return missing.map((path) => `${path} is no key of ours`);
  }),
};

/** `alias/aws/…` are the keys that AWS manages. */
function isOwnKey(key: unknown): boolean {
  return isSet(key) && !/alias\/aws\//.test(String(key));
}

const SWITCHES: Readonly<Record<string, { readonly path: string; readonly on: (value: unknown) => boolean }>> = {
  'aws:rds/cluster:Cluster': { path: 'storageEncrypted', on: isTrue },
  'aws:rds/instance:Instance': { path: 'storageEncrypted', on: isTrue },
  'aws:dynamodb/table:Table': { path: 'serverSideEncryption.enabled', on: isTrue },
  'aws:elasticache/replicationGroup:ReplicationGroup': { path: 'atRestEncryptionEnabled', on: isTrue },
  'aws:efs/fileSystem:FileSystem': { path: 'encrypted', on: isTrue },
  'aws:kinesis/stream:Stream': { path: 'encryptionType', on: (value) => isUnknown(value) || value === 'KMS' },
  'aws:ecr/repository:Repository': {
    path: 'encryptionConfigurations.encryptionType',
    on: (value) => isUnknown(value) || /^KMS/.test(String(value)),
  },
};

const encryptionIsOn: Rule = {
  name: 'encryption-is-on',
  description:
    'A key is used only where encryption is on. Turn it on: most services refuse to encrypt what is there already.',
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(SWITCHES), (resource) => {
    const { path = '', on = isTrue } = SWITCHES[resource.type] ?? {};
    return on(valueAt(resource, path)) ? undefined : `${path} doesn't turn encryption on`;
  }),
};

/** Parts of a resource that store data, each with a key of its own where that part is used. */
const PARTS: Readonly<Record<string, readonly (readonly [part: string, key: string])[]>> = {
  'aws:sagemaker/featureGroup:FeatureGroup': [
    ['onlineStoreConfig', 'onlineStoreConfig.securityConfig.kmsKeyId'],
    ['offlineStoreConfig', 'offlineStoreConfig.s3StorageConfig.kmsKeyId'],
  ],
  'aws:sagemaker/endpointConfiguration:EndpointConfiguration': [
    ['dataCaptureConfig', 'dataCaptureConfig.kmsKeyId'],
    ['asyncInferenceConfig', 'asyncInferenceConfig.outputConfig.kmsKeyId'],
  ],
  'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream': [
    ['extendedS3Configuration', 'extendedS3Configuration.kmsKeyArn'],
  ],
};

const storesUseOwnKey: Rule = {
  name: 'store-uses-customer-key',
  description:
    "What a feature group, an endpoint or a delivery stream writes needs the stack's key as well: give it in each part.",
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(PARTS), (resource) => {
    const bare = (PARTS[resource.type] ?? []).filter(([part, key]) => {
      return valuesAt(resource, part).length > 0 && !isOwnKey(valueAt(resource, key));
    });
    return bare.map(([, key]) => `${key} is no key of ours`);
  }),
};

const keysRotate: Rule = {
  name: 'key-rotates',
  description: 'A key that is never rotated leaks once for all time. Set enableKeyRotation on symmetric keys.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:kms/key:Key', (key) => {
    const spec = valueAt(key, 'customerMasterKeySpec') ?? 'SYMMETRIC_DEFAULT';
    return spec === 'SYMMETRIC_DEFAULT' && !isTrue(key.inputs.enableKeyRotation) ? "isn't rotated" : undefined;
  }),
};

export const encryptionRules = [bucketsUseOwnKey, dataUsesOwnKey, encryptionIsOn, storesUseOwnKey, keysRotate];
