import * as cloudtrail from '@pulumi/aws/cloudtrail/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';
import { makePrivateBucket } from '../lake/private-bucket.ts';

export interface ObjectTrailArgs {
  readonly context: StackContext;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataEventDays: number;
  /** Lets CloudTrail encrypt with it. */
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Records who read and wrote which object of the lake, in a bucket of its own: its own records aren't recorded. */
export function recordObjectAccess(
  name: string,
  args: ObjectTrailArgs,
  child: { readonly parent: pulumi.Resource },
): void {
  const { context, lakeBucketArn, dataEventDays, logsKeyArn } = args;
  const lifecycle = [
    {
      id: 'records',
      status: 'Enabled',
      filter: { prefix: '' },
      expiration: { days: dataEventDays },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    },
  ];
  // The bucket lets in this one trail, which therefore has its name before it is there.
  const trailName = name;
  const trailArn = `arn:aws:cloudtrail:${context.region}:${context.account}:trail/${trailName}`;
  const { bucket, policy } = makePrivateBucket(
    name,
    { context, keyArn: logsKeyArn, lifecycle, statements: (arn) => letTrailIn(arn, trailArn, context.account) },
    child.parent,
  );
  new cloudtrail.Trail(
    name,
    {
      name: trailName,
      s3BucketName: bucket.bucket,
      kmsKeyId: logsKeyArn,
      enableLogFileValidation: true,
      includeGlobalServiceEvents: false,
      advancedEventSelectors: [
        {
          name: 'Objects of the lake',
          fieldSelectors: [
            { field: 'eventCategory', equals: ['Data'] },
            { field: 'resources.type', equals: ['AWS::S3::Object'] },
            { field: 'resources.ARN', startsWiths: [pulumi.interpolate`${lakeBucketArn}/`] },
          ],
        },
      ],
    },
    { ...child, dependsOn: [policy] },
  );
}

/** https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html */
export function letTrailIn(bucketArn: pulumi.Output<string>, trailArn: string, account: string): Statement[] {
  const trail = { Effect: 'Allow', Principal: { Service: 'cloudtrail.amazonaws.com' } } as const;
  return [
    {
      ...trail,
      Sid: 'TrailLooks',
      Action: ['s3:GetBucketAcl'],
      Resource: [bucketArn],
      Condition: { StringEquals: { 'aws:SourceArn': trailArn } },
    },
    {
      ...trail,
      Sid: 'TrailWrites',
      Action: ['s3:PutObject'],
      Resource: [pulumi.interpolate`${bucketArn}/AWSLogs/${account}/*`],
      Condition: { StringEquals: { 'aws:SourceArn': trailArn, 's3:x-amz-acl': 'bucket-owner-full-control' } },
    },
  ];
}
