import * as cloudtrail from '@pulumi/aws/cloudtrail/index.js';
import * as kms from '@pulumi/aws/kms/index.js';
import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';

export interface TrailArgs {
  readonly project: string;
  readonly account: string;
  readonly region: string;
}

/** Days for which the trail is kept. */
const TRAIL_DAYS = 400;

/** A record of all that is done in the account, in every region. */
export class Trail extends pulumi.ComponentResource {
  constructor(name: string, { project, account, region }: TrailArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:bootstrap:Trail', name, {}, options);
    const own = { parent: this, protect: true };
    const trailArn = `arn:aws:cloudtrail:${region}:${account}:trail/${name}`;
    const key = new kms.Key(
      name,
      {
        description: 'The trail',
        enableKeyRotation: true,
        deletionWindowInDays: 30,
        policy: JSON.stringify(keyPolicy(account, trailArn)),
      },
      own,
    );
    const bucketName = `${project}-trail-${account}`;
    const bucket = new s3.Bucket(name, { bucket: bucketName }, own);
    const of = { bucket: bucket.bucket };
    const closed = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    new s3.BucketVersioning(name, { ...of, versioningConfiguration: { status: 'Enabled' } }, own);
    const block = new s3.BucketPublicAccessBlock(name, { ...of, ...closed }, own);
    new s3.BucketOwnershipControls(name, { ...of, rule: { objectOwnership: 'BucketOwnerEnforced' } }, own);
    new s3.BucketLifecycleConfiguration(
      name,
      { ...of, rules: [{ id: 'trail', status: 'Enabled', filter: { prefix: '' }, expiration: { days: TRAIL_DAYS } }] },
      own,
    );
    const encryption = { sseAlgorithm: 'aws:kms', kmsMasterKeyId: key.arn };
    new s3.BucketServerSideEncryptionConfiguration(
      name,
      { ...of, rules: [{ applyServerSideEncryptionByDefault: encryption, bucketKeyEnabled: true }] },
      own,
    );
    const policy = new s3.BucketPolicy(
      name,
      { ...of, policy: JSON.stringify(trailPolicy(`arn:aws:s3:::${bucketName}`, account, trailArn)) },
      { ...own, dependsOn: [block] },
    );
    new cloudtrail.Trail(
      name,
      { name, s3BucketName: bucket.bucket, isMultiRegionTrail: true, enableLogFileValidation: true, kmsKeyId: key.arn },
      { ...own, dependsOn: [policy] },
    );
    this.registerOutputs({ bucket: bucket.bucket });
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
function trailPolicy(bucketArn: string, account: string, trailArn: string): object {
  const service = { Service: 'cloudtrail.amazonaws.com' };
  const source = { 'aws:SourceArn': trailArn };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'Look',
        Effect: 'Allow',
        Principal: service,
        Action: 's3:GetBucketAcl',
        Resource: bucketArn,
        Condition: { StringEquals: source },
      },
      {
        Sid: 'Write',
        Effect: 'Allow',
        Principal: service,
        Action: 's3:PutObject',
        Resource: `${bucketArn}/AWSLogs/${account}/*`,
        Condition: { StringEquals: { ...source, 's3:x-amz-acl': 'bucket-owner-full-control' } },
      },
      {
        Sid: 'OverTlsOnly',
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  };
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
function keyPolicy(account: string, trailArn: string): object {
  const service = { Service: 'cloudtrail.amazonaws.com' };
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'AccountDecides',
        Effect: 'Allow',
        Principal: { AWS: `arn:aws:iam::${account}:root` },
        Action: 'kms:*',
        Resource: '*',
      },
      {
        Sid: 'TrailEncrypts',
        Effect: 'Allow',
        Principal: service,
        Action: ['kms:GenerateDataKey*', 'kms:DescribeKey'],
        Resource: '*',
        Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
      },
    ],
  };
}
