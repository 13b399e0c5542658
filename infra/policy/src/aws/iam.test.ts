import { UNKNOWN } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import type { ResourceFacts } from '../rule.ts';
import { declared, of } from '../testing/declared.ts';
import { dev, testRules } from '../testing/test-rules.ts';
import { iamRules } from './iam.ts';
import { covers, needsResource } from './iam-actions.ts';

const LAKE = 'arn:aws:s3:::lake/raw/*';
const allow = (Action: string | string[], Resource: string | string[], Condition?: object) => {
  return { Effect: 'Allow', Action, Resource, ...(Condition && { Condition }) };
};
const rolePolicy = (...Statement: object[]) => {
  return of('aws:iam/rolePolicy:RolePolicy', { policy: JSON.stringify({ Version: '2012-10-17', Statement }) });
};
const PASSED = { StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } };

const boundary = declared(
  'aws:iam/policy:Policy',
  { inputs: { policy: JSON.stringify({ Statement: allow('s3:*', '*') }) } },
  'acme-dev-boundary',
);
const attached = (policyArn: ResourceFacts) => {
  return declared('aws:iam/rolePolicyAttachment:RolePolicyAttachment', { from: { policyArn } });
};

const GITHUB = 'token.actions.githubusercontent.com';
const trust = (statement: object) => {
  return of('aws:iam/role:Role', { assumeRolePolicy: { Statement: { Effect: 'Allow', ...statement } } });
};
const oidc = (Condition: object) => {
  const Principal = { Federated: `arn:aws:iam::111111111111:oidc-provider/${GITHUB}` };
  return trust({ Action: 'sts:AssumeRoleWithWebIdentity', Principal, Condition });
};
const AUD = { [`${GITHUB}:aud`]: 'sts.amazonaws.com' };
const SUB = { [`${GITHUB}:sub`]: 'repo:acme/ml:environment:prod' };

testRules(iamRules, {
  'iam-lists-actions': {
    passes: {
      'named actions': dev(rolePolicy(allow(['s3:GetObject', 's3:Put*'], LAKE))),
      'a boundary, which grants nothing': dev(boundary),
      'a denial of all': dev(rolePolicy({ Effect: 'Deny', Action: '*', Resource: '*' })),
      'a policy that is not known yet': dev(of('aws:iam/rolePolicy:RolePolicy', { policy: UNKNOWN })),
      'a key policy, which is about that key alone': dev(
        of('aws:kms/key:Key', { policy: JSON.stringify({ Statement: [allow('kms:*', '*')] }) }),
      ),
    },
    fails: {
      'allows *': dev(rolePolicy(allow('*', LAKE))),
      'allows s3:*; allows all but iam:CreateUser': dev(
        rolePolicy(allow('s3:*', LAKE), { Effect: 'Allow', NotAction: 'iam:CreateUser', Resource: LAKE }),
      ),
      'allows sqs:*': dev(
        of('aws:iam/role:Role', {
          inlinePolicies: [{ policy: JSON.stringify({ Statement: allow('sqs:*', 'arn:…') }) }],
        }),
      ),
    },
  },
  'iam-writes-name-resources': {
    passes: {
      'reads of what there is': dev(rolePolicy(allow(['ec2:DescribeSubnets', 'ecr:GetAuthorizationToken'], '*'))),
      'writes to what is named': dev(rolePolicy(allow('s3:PutObject', LAKE))),
      'what AWS can not limit': dev(rolePolicy(allow('xray:PutTraceSegments', '*'))),
      'metrics of one namespace': dev(
        rolePolicy(allow('cloudwatch:PutMetricData', '*', { StringEquals: { 'cloudwatch:namespace': 'acme' } })),
      ),
    },
    fails: {
      'allows s3:PutObject on every resource': dev(rolePolicy(allow(['s3:ListBucket', 's3:PutObject'], '*'))),
      'allows s3:GetObject on every resource': dev(rolePolicy(allow('s3:GetObject', [LAKE, '*']))),
      'allows ec2:Describe* on every resource': dev(rolePolicy(allow('ec2:Describe*', '*'))),
      'allows cloudwatch:PutMetricData without a condition on cloudwatch:namespace': dev(
        rolePolicy(allow('cloudwatch:PutMetricData', '*')),
      ),
    },
  },
  'iam-pass-role-names-service': {
    passes: {
      'a role and a service': dev(rolePolicy(allow('iam:PassRole', 'arn:aws:iam::1:role/mlp/*', PASSED))),
    },
    fails: {
      'allows iam:PassRole without iam:PassedToService': dev(
        rolePolicy(allow('iam:PassRole', 'arn:aws:iam::1:role/mlp/*')),
      ),
      'allows iam:PassRole of every role; allows iam:PassRole without iam:PassedToService': dev(
        rolePolicy(allow('iam:Pass*', '*')),
      ),
    },
  },
  'iam-oidc-trust-names-subject': {
    passes: {
      'one environment of one repository': dev(oidc({ StringEquals: { ...AUD, ...SUB } })),
      'a service': dev(trust({ Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } })),
    },
    fails: {
      'its trust has no exact sub': dev(
        oidc({ StringEquals: AUD, StringLike: { [`${GITHUB}:sub`]: 'repo:acme/ml:*' } }),
      ),
      'its trust has no exact sub; its trust has no exact aud': dev(
        oidc({ StringEquals: { [`${GITHUB}:sub`]: 'repo:acme/*' } }),
      ),
    },
  },
  'iam-cross-account-trust-is-bound': {
    passes: {
      'one role of another account': dev(
        trust({ Action: 'sts:AssumeRole', Principal: { AWS: 'arn:aws:iam::222222222222:role/reader' } }),
      ),
      'an account with a secret it was told': dev(
        trust({
          Action: 'sts:AssumeRole',
          Principal: { AWS: '222222222222' },
          Condition: { StringEquals: { 'sts:ExternalId': 'x' } },
        }),
      ),
    },
    fails: {
      'trusts all of account arn:aws:iam::222222222222:root': dev(
        trust({ Action: 'sts:AssumeRole', Principal: { AWS: ['arn:aws:iam::222222222222:root'] } }),
      ),
    },
  },
  'iam-no-broad-managed-policy': {
    passes: {
      'a policy for one purpose': dev(
        of('aws:iam/rolePolicyAttachment:RolePolicyAttachment', {
          policyArn: 'arn:aws:iam::aws:policy/service-role/AWSLambdaVPCAccessExecutionRole',
        }),
      ),
    },
    fails: {
      'attaches arn:aws:iam::aws:policy/AdministratorAccess': dev(
        of('aws:iam/role:Role', { managedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess'] }),
      ),
      'attaches arn:aws:iam::aws:policy/AmazonSageMakerFullAccess': dev(
        of('aws:iam/rolePolicyAttachment:RolePolicyAttachment', {
          policyArn: 'arn:aws:iam::aws:policy/AmazonSageMakerFullAccess',
        }),
      ),
    },
  },
  'iam-boundary-is-not-attached': {
    passes: {
      'a limit of a role': dev(boundary, declared('aws:iam/role:Role', { from: { permissionsBoundary: boundary } })),
      'another policy': dev(boundary, attached(declared('aws:iam/policy:Policy'))),
    },
    fails: {
      'attaches the boundary acme-dev-boundary': dev(boundary, attached(boundary)),
    },
  },
  'iam-no-long-lived-keys': {
    passes: { 'a role': dev(of('aws:iam/role:Role')) },
    fails: {
      'is a credential that never expires; is a credential that never expires': dev(
        of('aws:iam/user:User'),
        of('aws:iam/accessKey:AccessKey'),
      ),
    },
  },
});

test('what reads data or secrets, and what has a wildcard, needs a resource', () => {
  const actions = ['s3:GetObject', 's3:ListBucket', 'kms:Decrypt', 'glue:GetTable', 'glue:Get*', 'ssm:GetParameters'];
  expect(actions.filter(needsResource)).toEqual(['s3:GetObject', 'kms:Decrypt', 'glue:Get*', 'ssm:GetParameters']);
});

test('wildcards of actions are compared as AWS does', () => {
  expect(['*', 'iam:*', 'iam:Pass?ole', 'IAM:passrole'].every((action) => covers(action, 'iam:PassRole'))).toBe(true);
  expect(['iam:Pass', 'iam:PassRoleX', 'xiam:PassRole'].some((action) => covers(action, 'iam:PassRole'))).toBe(false);
});
