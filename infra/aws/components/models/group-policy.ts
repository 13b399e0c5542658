import type { Statement } from '../access/statements.ts';

interface Group {
  readonly region: string;
  readonly account: string;
  /** Its name as AWS has it. */
  readonly group: string;
}

/**
 * What other accounts may do with a group's versions.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-registry-version-xaccount.html
 */
export function groupPolicy(
  { region, account, group }: Group,
  { readers, registrars }: { readers: readonly string[]; registrars: readonly string[] },
): readonly Statement[] {
  const arns = ['model-package-group', 'model-package'].map(
    (type) => `arn:aws:sagemaker:${region}:${account}:${type}/${group}`,
  );
  const [groupArn = '', versions = ''] = arns;
  const allow = (Sid: string, accounts: readonly string[], actions: readonly string[]): Statement[] =>
    accounts.length === 0
      ? []
      : [
          {
            Sid,
            Effect: 'Allow',
            Principal: { AWS: accounts.map((other) => `arn:aws:iam::${other}:root`) },
            Action: actions.map((action) => `sagemaker:${action}`),
            Resource: [groupArn, `${versions}/*`],
          },
        ];
  const read = ['DescribeModelPackageGroup', 'DescribeModelPackage', 'ListModelPackages', 'CreateModel'];
  return [
    ...allow('Read', [...new Set([...readers, ...registrars])], read),
    ...allow('Register', registrars, ['CreateModelPackage', 'UpdateModelPackage', 'AddTags']),
  ];
}
