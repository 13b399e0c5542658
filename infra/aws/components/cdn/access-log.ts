import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import type * as cloudfront from '@pulumi/aws/cloudfront/index.js';
import * as kms from '@pulumi/aws/kms/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { keyPolicy } from '../keys/key-policy.ts';

/** Where all of CloudFront is made, and what logs it. */
export const HOME = 'us-east-1';

/** What is logged in CloudFront's home is encrypted by a key there: of another region none is taken. */
export function logsKeyAtHome(
  name: string,
  { context, logsKeyArn }: { context: StackContext; logsKeyArn: pulumi.Input<string> },
  options: pulumi.CustomResourceOptions,
): pulumi.Input<string> {
  if (context.region === HOME) return logsKeyArn;
  const key = new kms.Key(
    name,
    {
      region: HOME,
      description: `${context.named.prefix}: logs of CloudFront`,
      enableKeyRotation: true,
      deletionWindowInDays: context.isDisposable ? 7 : 30,
      policy: JSON.stringify(keyPolicy(['logs'], { ...context, region: HOME })),
    },
    { ...options, protect: context.isProtected },
  );
  return key.arn;
}

/** Hands a distribution's access log to CloudWatch. */
export function keepAccessLog(
  name: string,
  distribution: cloudfront.Distribution,
  { keyArn, retentionInDays }: { keyArn: pulumi.Input<string>; retentionInDays: number },
  options: pulumi.CustomResourceOptions,
): void {
  const place = { region: HOME };
  const log = new cloudwatch.LogGroup(
    name,
    { ...place, name: `/aws/vendedlogs/cloudfront/${name}`, retentionInDays, kmsKeyId: keyArn },
    options,
  );
  const source = new cloudwatch.LogDeliverySource(
    name,
    { ...place, logType: 'ACCESS_LOGS', resourceArn: distribution.arn },
    options,
  );
  const destination = new cloudwatch.LogDeliveryDestination(
    name,
    {
      ...place,
      outputFormat: 'json',
      deliveryDestinationConfiguration: { destinationResourceArn: log.arn },
    },
    options,
  );
  const of = { deliverySourceName: source.name, deliveryDestinationArn: destination.arn };
  new cloudwatch.LogDelivery(name, { ...place, ...of }, options);
}
