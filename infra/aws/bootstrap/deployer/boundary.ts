import { allow, type Statement } from '../../components/access/statements.ts';
import type { DeployerPlace } from './place.ts';

const SERVICES = [
  's3',
  'sqs',
  'sns',
  'kinesis',
  'firehose',
  'glue',
  'athena',
  'sagemaker',
  'ecr',
  'lambda',
  'states',
  'batch',
  'ecs',
  'logs',
  'cloudwatch',
  'events',
  'kms',
  'secretsmanager',
  'rds-db',
  'elasticache',
  'execute-api',
  'ssmmessages',
  'xray',
  'backup',
  'codedeploy',
  'elasticloadbalancing',
  'application-autoscaling',
  'sagemaker-mlflow',
];

/** The most that any role of an environment's stacks can be allowed: what the platform's services need, and no identities. */
export function boundaryStatements({ account, prefixes }: DeployerPlace): Statement[] {
  const below = (kind: string) => prefixes.map((prefix) => `arn:aws:iam::${account}:${kind}/mlp/${prefix}-*`);
  return [
    {
      ...allow(
        'Services',
        SERVICES.map((service) => `${service}:*`),
        ['*'],
      ),
      Condition: { StringEquals: { 'aws:ResourceAccount': account } },
    },
    allow('Unscoped', ['ec2:*NetworkInterface*', 'ec2:Describe*', 'rds:Describe*', 'rds:St*DBCluster'], ['*']),
    allow('PassRoles', ['iam:PassRole'], below('role')),
    // What a budget does when it is spent.
    {
      ...allow('StopSpending', ['iam:AttachRolePolicy', 'iam:DetachRolePolicy'], below('role')),
      Condition: { ArnLike: { 'iam:PolicyARN': below('policy') } },
    },
  ];
}

export function boundaryName(prefix: string): string {
  return `${prefix}-boundary`;
}
