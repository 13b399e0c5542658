import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';

const PULL = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** In ascending priority: the service returns rules in that order, and in any other they would differ on each deploy. */
export function lifecyclePolicy({ keptImages, untaggedDays }: { keptImages: number; untaggedDays: number }): object {
  const expire = { action: { type: 'expire' } };
  return {
    rules: [
      {
        rulePriority: 1,
        description: 'Images without a tag',
        selection: {
          tagStatus: 'untagged',
          countType: 'sinceImagePushed',
          countUnit: 'days',
          countNumber: untaggedDays,
        },
        ...expire,
      },
      {
        rulePriority: 2,
        description: 'All but the newest',
        selection: { tagStatus: 'any', countType: 'imageCountMoreThan', countNumber: keptImages },
        ...expire,
      },
    ],
  };
}

/** Beside the account's own roles, its Lambda functions pull, and the accounts that are named. */
export function pullStatements({ account, region, named }: StackContext, pullers: readonly string[]): Statement[] {
  const functions: Statement = {
    Sid: 'Functions',
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: PULL,
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      StringLike: { 'aws:SourceArn': `arn:aws:lambda:${region}:${account}:function:${named.prefix}-*` },
    },
  };
  if (pullers.length === 0) return [functions];
  const AWS = pullers.map((puller) => `arn:aws:iam::${puller}:root`);
  const actions = [...PULL, 'ecr:BatchCheckLayerAvailability'];
  return [functions, { Sid: 'Accounts', Effect: 'Allow', Principal: { AWS }, Action: actions }];
}
