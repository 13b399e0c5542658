import type * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';
import { makePrivateBucket } from './private-bucket.ts';

/** Where in the bucket each service writes. */
export const LOG_PREFIXES = { requests: 'lake/', loadBalancers: 'load-balancers' } as const;

/**
 * Takes what S3 and load balancers log. Load balancers write to a bucket that S3's own key encrypts, and to no other:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
 */
export function makeLogBucket(name: string, context: StackContext, days: number, parent: pulumi.Resource): s3.Bucket {
  const lifecycle = [
    {
      id: 'logs',
      status: 'Enabled',
      filter: { prefix: '' },
      expiration: { days },
      noncurrentVersionExpiration: { noncurrentDays: 1 },
    },
  ];
  return makePrivateBucket(name, { context, lifecycle, statements: (arn) => writers(arn, context) }, parent).bucket;
}

function writers(bucketArn: pulumi.Output<string>, { account }: StackContext): Statement[] {
  const put = { Effect: 'Allow', Action: ['s3:PutObject'] } as const;
  return [
    {
      ...put,
      Sid: 'Requests',
      Principal: { Service: 'logging.s3.amazonaws.com' },
      Resource: pulumi.interpolate`${bucketArn}/${LOG_PREFIXES.requests}*`,
      Condition: { StringEquals: { 'aws:SourceAccount': account } },
    },
    {
      ...put,
      Sid: 'LoadBalancers',
      Principal: { Service: 'logdelivery.elasticloadbalancing.amazonaws.com' },
      Resource: pulumi.interpolate`${bucketArn}/${LOG_PREFIXES.loadBalancers}/AWSLogs/${account}/*`,
    },
  ];
}
