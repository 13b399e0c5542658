import * as kms from '@pulumi/aws/kms/index.js';
import type * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole } from '../../iam/service-role.ts';
import { readStatements } from './lake-policy.ts';
import type { Zone } from './zones.ts';

export interface ReaderArgs {
  readonly context: StackContext;
  readonly account: string;
  readonly externalId: string;
  readonly zones: readonly Zone[];
  readonly bucketArn: pulumi.Output<string>;
  readonly keyArn: pulumi.Input<string>;
}

/**
 * Two ways for another account to read the lake: a role here that it takes on, with the external id that was agreed on, and
 * its own roles, which the bucket's policy and a grant on the key let in.
 */
export function addReader(name: string, args: ReaderArgs, parent: pulumi.Resource): pulumi.Output<string> {
  const { context, account, externalId, zones, bucketArn, keyArn } = args;
  const principal = `arn:aws:iam::${account}:root`;
  const role = makeRole(
    name,
    {
      context,
      trust: {
        Effect: 'Allow',
        Principal: { AWS: principal },
        Action: 'sts:AssumeRole',
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
      statements: [
        ...readStatements(bucketArn, zones),
        {
          Sid: 'Decrypt',
          Effect: 'Allow',
          Action: ['kms:Decrypt'],
          Resource: keyArn,
          Condition: { StringEquals: { 'kms:ViaService': `s3.${context.region}.amazonaws.com` } },
        },
      ],
    },
    parent,
  );
  new kms.Grant(
    name,
    { keyId: keyArn, granteePrincipal: principal, operations: ['Decrypt', 'DescribeKey'] },
    { parent },
  );
  return role.arn;
}
