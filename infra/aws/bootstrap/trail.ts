import * as cloudtrail from '@pulumi/aws/cloudtrail/index.js';
import * as kms from '@pulumi/aws/kms/index.js';
import * as pulumi from '@pulumi/pulumi';
import { accountDecides } from '../components/keys/key-policy.ts';
import { makePrivateBucket } from '../components/lake/private-bucket.ts';
import { letTrailIn } from '../components/monitoring/object-trail.ts';
import { KEPT } from './kept.ts';

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
    const lifecycle = [{ id: 'trail', status: 'Enabled', filter: { prefix: '' }, expiration: { days: TRAIL_DAYS } }];
    const { bucket, policy } = makePrivateBucket(
      name,
      {
        context: KEPT,
        bucketName: `${project}-trail-${account}`,
        keyArn: key.arn,
        lifecycle,
        statements: (arn) => letTrailIn(arn, trailArn, account),
      },
      this,
    );
    new cloudtrail.Trail(
      name,
      { name, s3BucketName: bucket.bucket, isMultiRegionTrail: true, enableLogFileValidation: true, kmsKeyId: key.arn },
      { ...own, dependsOn: [policy] },
    );
    this.registerOutputs({ bucket: bucket.bucket });
  }
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-kms-key-policy-for-cloudtrail.html */
function keyPolicy(account: string, trailArn: string): object {
  const service = { Service: 'cloudtrail.amazonaws.com' };
  return {
    Version: '2012-10-17',
    Statement: [
      accountDecides(account),
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
