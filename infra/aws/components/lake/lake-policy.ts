import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';
import type { Zone } from './zones.ts';

export interface ReaderAccess {
  readonly accounts: readonly string[];
  readonly zones: readonly Zone[];
}

/** Whoever isn't of this account, or of one that may read, is refused, whatever else is allowed; AWS's services are let in. */
export function lakeStatements(
  bucketArn: pulumi.Output<string>,
  { account }: StackContext,
  { accounts, zones }: ReaderAccess,
): Statement[] {
  const outsiders: Statement = {
    Sid: 'OnlyKnownAccounts',
    Effect: 'Deny',
    Principal: '*',
    Action: 's3:*',
    Resource: [bucketArn, pulumi.interpolate`${bucketArn}/*`],
    Condition: {
      StringNotEquals: { 'aws:PrincipalAccount': [account, ...accounts] },
      BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' },
    },
  };
  if (accounts.length === 0) return [outsiders];
  const Principal = { AWS: accounts.map((one) => `arn:aws:iam::${one}:root`) };
  return [outsiders, ...readStatements(bucketArn, zones).map((statement) => ({ ...statement, Principal }))];
}

/** Lets read some zones of the lake, in a policy of the bucket or of a role. */
export function readStatements(bucketArn: pulumi.Output<string>, zones: readonly Zone[]): Statement[] {
  return [
    {
      Sid: 'ReadZones',
      Effect: 'Allow',
      Action: ['s3:GetObject', 's3:GetObjectVersion'],
      Resource: zones.map((zone) => pulumi.interpolate`${bucketArn}/${zone}/*`),
    },
    {
      Sid: 'ListZones',
      Effect: 'Allow',
      Action: ['s3:ListBucket'],
      Resource: bucketArn,
      Condition: { StringLike: { 's3:prefix': zones.map((zone) => `${zone}/*`) } },
    },
  ];
}
