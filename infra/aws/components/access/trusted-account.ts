import type { SettingsOf } from '@ml-platform/conventions';
import type { accessConfig } from './config.ts';
import type { Facts } from './role-policies.ts';
import { allow, pullImages, readObjects, type Statement, useKey, writeObjects } from './statements.ts';

export type TrustedAccount = SettingsOf<typeof accessConfig>['trustedAccounts'][number];

/** The other account decides who of its own may take the role; who doesn't know the external id can't. */
export function accountTrust({ account, externalId }: TrustedAccount): readonly Statement[] {
  return [
    {
      Sid: 'OtherAccount',
      Effect: 'Allow',
      Principal: { AWS: `arn:aws:iam::${account}:root` },
      Action: ['sts:AssumeRole'],
      Condition: { StringEquals: { 'sts:ExternalId': externalId } },
    },
  ];
}

/** A tooling account puts versions into the registry; an account that serves takes them from there, with their images. */
export function accountStatements({ may }: TrustedAccount, facts: Facts): readonly Statement[] {
  const { region, account, prefix, bucketArn, dataKeyArn, repositoryArns } = facts;
  const arn = (type: string) => `arn:aws:sagemaker:${region}:${account}:${type}/${prefix}-*`;
  const registry = [arn('model-package'), arn('model-package-group')];
  const see = ['DescribeModelPackageGroup', 'DescribeModelPackage', 'ListModelPackages'];
  const change = ['CreateModelPackage', 'UpdateModelPackage', 'AddTags'];
  const actions = (names: readonly string[]) => names.map((name) => `sagemaker:${name}`);
  const shared = [...readObjects(bucketArn, ['models/']), useKey(dataKeyArn, region, ['s3', 'ecr'])];
  if (may === 'pull') return [...shared, allow('SeeVersions', actions(see), registry), ...pullImages(repositoryArns)];
  return [
    ...shared,
    ...writeObjects(bucketArn, ['models/']),
    allow('RegisterVersions', actions([...see, ...change]), registry),
  ];
}
