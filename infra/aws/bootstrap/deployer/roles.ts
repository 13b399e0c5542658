import { allow, type Statement } from '../../components/access/statements.ts';
import { boundaryName } from './boundary.ts';
import type { DeployerPlace } from './place.ts';

const CHANGE = ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'PutRolePermissionsBoundary'];

const REST = [
  'DeleteRole',
  'GetRole',
  'ListRolePolicies',
  'ListAttachedRolePolicies',
  'GetRolePolicy',
  'DeleteRolePolicy',
  'DetachRolePolicy',
  'UpdateAssumeRolePolicy',
  'UpdateRole',
  'TagRole',
  'UntagRole',
  'ListRoleTags',
  'ListInstanceProfilesForRole',
];

const POLICIES = [
  ...['CreatePolicy', 'DeletePolicy', 'GetPolicy', 'TagPolicy', 'UntagPolicy'],
  ...['CreatePolicyVersion', 'DeletePolicyVersion', 'GetPolicyVersion', 'ListPolicyVersions'],
];

const PASSED_TO = [
  'sagemaker',
  'states',
  'lambda',
  'ecs-tasks',
  'ecs',
  'batch',
  'budgets',
  'events',
  'scheduler',
  'firehose',
  'glue',
  'rds',
  'eks',
  'backup',
  'vpc-flow-logs',
  'apigateway',
  'codedeploy',
];

/** Services that, in an account that has never used them, make a role of their own. */
const OWN_ROLES = [
  'autoscaling',
  'backup',
  'batch',
  'ecs',
  'ecs.application-autoscaling',
  'eks',
  'eks-nodegroup',
  'elasticache',
  'elasticloadbalancing',
  'kafka',
  'lambda.application-autoscaling',
  'ops.apigateway',
  'rds',
  'sagemaker.application-autoscaling',
  'spot',
  'vpcorigin.cloudfront',
  'wafv2',
];

/** Roles are made with the boundary alone, which no role may take off; and passed to the services that stacks use. */
export function roleStatements({ account, prefix, prefixes }: DeployerPlace): Statement[] {
  const below = (kind: string) => prefixes.map((one) => `arn:aws:iam::${account}:${kind}/mlp/${one}-*`);
  const roles = below('role');
  const boundary = `arn:aws:iam::${account}:policy/${boundaryName(prefix)}`;
  const of = (actions: readonly string[]) => actions.map((action) => `iam:${action}`);
  return [
    {
      ...allow('BoundRoles', of(CHANGE), roles),
      Condition: { ArnEquals: { 'iam:PermissionsBoundary': boundary } },
    },
    allow('Roles', of(REST), roles),
    allow('Policies', of(POLICIES), below('policy')),
    {
      ...allow('PassRoles', ['iam:PassRole'], roles),
      Condition: { StringEquals: { 'iam:PassedToService': PASSED_TO.map((service) => `${service}.amazonaws.com`) } },
    },
    {
      ...allow('ServiceRoles', ['iam:CreateServiceLinkedRole'], [`arn:aws:iam::${account}:role/aws-service-role/*`]),
      Condition: { StringEquals: { 'iam:AWSServiceName': OWN_ROLES.map((service) => `${service}.amazonaws.com`) } },
    },
    { Sid: 'KeepBoundary', Effect: 'Deny', Action: ['iam:DeleteRolePermissionsBoundary'], Resource: roles },
  ];
}
