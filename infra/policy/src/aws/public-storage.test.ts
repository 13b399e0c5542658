import { UNKNOWN } from '@ml-platform/conventions';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { publicStorageRules } from './public-storage.ts';

const BLOCK = 'aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock';
const ON = { blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true };
const bucket = declared('aws:s3/bucket:Bucket');
const named = of('aws:s3/bucket:Bucket', { bucket: 'acme-lake' });
const block = (inputs: object) => declared(BLOCK, { inputs: { ...inputs }, from: { bucket } });

const policy = (statement: object) => JSON.stringify({ Version: '2012-10-17', Statement: statement });
const queuePolicy = (statement: object) => of('aws:sqs/queuePolicy:QueuePolicy', { policy: policy(statement) });
const ANYBODY = { Effect: 'Allow', Principal: '*', Action: 'sqs:SendMessage', Resource: '*' };

testRules(publicStorageRules, {
  'bucket-blocks-public-access': {
    passes: {
      'a bucket with all four on': dev(bucket, block(ON)),
      'a bucket that is referred to by its name': dev(named, of(BLOCK, { ...ON, bucket: 'acme-lake' })),
      'what is not known yet': dev(bucket, block({ ...ON, blockPublicAcls: UNKNOWN })),
    },
    fails: {
      'has no BucketPublicAccessBlock': dev(bucket, of(BLOCK, { ...ON, bucket: 'another' })),
      'its BucketPublicAccessBlock lacks blockPublicPolicy, restrictPublicBuckets: true': dev(
        bucket,
        block({ ...ON, blockPublicPolicy: false, restrictPublicBuckets: undefined }),
      ),
    },
  },
  'bucket-has-no-public-acl': {
    passes: { 'a private ACL': dev(of('aws:s3/bucketAcl:BucketAcl', { acl: 'private' }), bucket) },
    fails: { 'its ACL is public-read': dev(of('aws:s3/bucketAcl:BucketAcl', { acl: 'public-read' })) },
  },
  'resource-policy-names-principals': {
    passes: {
      'a named service': dev(queuePolicy({ ...ANYBODY, Principal: { Service: 'events.amazonaws.com' } })),
      'all, limited to an account': dev(
        queuePolicy([{ ...ANYBODY, Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } } }]),
      ),
      'a denial for all': dev(queuePolicy({ ...ANYBODY, Effect: 'Deny' })),
      'a policy that is not known yet': dev(of('aws:sqs/queuePolicy:QueuePolicy', { policy: UNKNOWN })),
    },
    fails: {
      "allows principal '*' without a condition that limits who it is": dev(queuePolicy(ANYBODY)),
      "allows principal '*' without a condition that limits who it is; allows principal '*' without a condition that limits who it is":
        dev(
          queuePolicy({ ...ANYBODY, Principal: { AWS: ['*'] } }),
          queuePolicy({ ...ANYBODY, Condition: { StringNotEquals: { 'aws:SourceAccount': '111111111111' } } }),
        ),
    },
  },
  'function-permission-names-source': {
    passes: {
      'a rule that is named': dev(
        of('aws:lambda/permission:Permission', { principal: 'events.amazonaws.com', sourceArn: 'arn:aws:events:…' }),
      ),
      'a bucket of the account': dev(
        of('aws:lambda/permission:Permission', {
          principal: 's3.amazonaws.com',
          sourceArn: 'arn:aws:s3:::lake',
          sourceAccount: '111111111111',
        }),
      ),
    },
    fails: {
      'allows s3.amazonaws.com without sourceArn and sourceAccount': dev(
        of('aws:lambda/permission:Permission', { principal: 's3.amazonaws.com', sourceArn: 'arn:aws:s3:::lake' }),
      ),
      "allows principal '*'": dev(of('aws:lambda/permission:Permission', { principal: '*' })),
    },
  },
});
