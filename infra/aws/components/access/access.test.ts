import { checkPolicies } from '@ml-platform/policy';
import { describe, expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { Access, type AccessArgs } from './access.ts';
import { accessConfig, accessProblems } from './config.ts';
import { type Facts, pipelineRunnerStatements, servingStatements, trainingStatements } from './role-policies.ts';
import { type Statement, trustOf } from './statements.ts';
import { accountStatements, accountTrust, type TrustedAccount } from './trusted-account.ts';

const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/data';
const ROLE = 'arn:aws:iam::111111111111:role/acme-dev-training';
const FACTS: Facts = {
  region: 'eu-central-1',
  account: '111111111111',
  prefix: 'acme-dev',
  bucketArn: 'arn:aws:s3:::acme-dev-lake',
  dataKeyArn: KEY,
  logsKeyArn: `${KEY}-logs`,
  secretsKeyArn: `${KEY}-secrets`,
  repositoryArns: ['arn:aws:ecr:eu-central-1:111111111111:repository/acme-dev-steps'],
  trainingWrites: ['models', 'pipelines'],
  metricNamespaces: ['ml-platform'],
  privateJobsOnly: true,
  trackingArn: 'arn:aws:sagemaker:eu-central-1:111111111111:mlflow-app/app-1',
  featureGroupArns: ['arn:aws:sagemaker:eu-central-1:111111111111:feature-group/airports'],
  secretArns: ['arn:aws:secretsmanager:eu-central-1:111111111111:secret:db'],
  databaseUserArns: ['arn:aws:rds-db:eu-central-1:111111111111:dbuser:cluster-1/server'],
  cacheArns: ['arn:aws:elasticache:eu-central-1:111111111111:serverlesscache:cache-1'],
};
const PULL: TrustedAccount = { account: '333333333333', externalId: 'prod-pulls-here', may: 'pull' };
const REGISTER: TrustedAccount = { account: '222222222222', externalId: 'tooling-registers', may: 'register' };

const EVERY: Readonly<Record<string, readonly Statement[]>> = {
  training: trainingStatements(FACTS),
  serving: servingStatements(FACTS),
  pipelineRunner: pipelineRunnerStatements(FACTS, [ROLE]),
  pull: accountStatements(PULL, FACTS),
  register: accountStatements(REGISTER, FACTS),
};

const sid = (statements: readonly Statement[], name: string) => statements.find(({ Sid }) => Sid === name);

describe.each(Object.entries(EVERY))('the statements of %s', (_, statements) => {
  test('list their actions, and name the resources of all that have any', () => {
    for (const { Sid, Action, Resource = [] } of statements) {
      expect(
        Action.filter((action) => action.includes('*')),
        Sid,
      ).toEqual([]);
      expect(
        Resource.filter((arn) => arn !== '*' && !/^arn:aws:[a-z0-9-]+:/.test(arn)),
        Sid,
      ).toEqual([]);
      expect(Resource.length, Sid).toBeGreaterThan(0);
    }
  });

  test('hand on roles to named services alone, and use keys through services or for state machines', () => {
    for (const { Action, Condition = {} } of statements) {
      if (Action.includes('iam:PassRole')) expect(Condition.StringEquals?.['iam:PassedToService']).toHaveLength(2);
      const uses = Action.filter((action) => action.startsWith('kms:') && action !== 'kms:DescribeKey');
      if (uses.length > 0) expect(Object.keys(Condition)).toHaveLength(1);
    }
  });

  test('have each a name of its own, and fit into an inline policy', () => {
    const names = statements.map(({ Sid }) => Sid);
    expect(new Set(names).size).toBe(names.length);
    expect(names.filter((name) => !/^[A-Za-z0-9]+$/.test(name))).toEqual([]);
    // All inline policies of a role together: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(statements).length).toBeLessThan(10_240 - 100);
  });
});

test('a step writes to the zones that config gives it, a server to no model, nobody deletes', () => {
  const lake = 'arn:aws:s3:::acme-dev-lake';
  expect(sid(EVERY.training ?? [], 'WriteObjects')?.Resource).toEqual([`${lake}/models/*`, `${lake}/pipelines/*`]);
  expect(sid(EVERY.serving ?? [], 'WriteObjects')?.Resource).toEqual([`${lake}/predictions/*`]);
  const actions = Object.values(EVERY).flatMap((statements) => statements.flatMap(({ Action }) => Action));
  expect(
    actions.filter((action) => /Delete(Object|Bucket)|ScheduleKeyDeletion|^iam:(Put|Attach|Create)/.test(action)),
  ).toEqual([]);
});

test('jobs outside the private subnets are refused where config says so', () => {
  const start = (facts: Facts) => sid(pipelineRunnerStatements(facts, [ROLE]), 'StartJobs')?.Condition;
  expect(start(FACTS)).toMatchObject({ Null: { 'sagemaker:VpcSubnets': 'false' } });
  expect(start({ ...FACTS, privateJobsOnly: false })).toEqual({
    ArnEqualsIfExists: { 'sagemaker:VolumeKmsKey': KEY },
  });
});

test('what a stack has not, no role has rights on', () => {
  const bare = {
    ...FACTS,
    trackingArn: undefined,
    featureGroupArns: [],
    secretArns: [],
    databaseUserArns: [],
    cacheArns: [],
  };
  const names = [...trainingStatements(bare), ...servingStatements(bare)].map(({ Sid }) => Sid);
  expect(names).toEqual(
    expect.not.arrayContaining(['TrackRuns', 'ReadFeatures', 'ReadSecrets', 'EnterDatabase', 'EnterCache']),
  );
});

test('services take a role for this account alone; some name none', () => {
  expect(trustOf(['sagemaker', 'lambda'], '111111111111')).toEqual([
    {
      Sid: 'ForThisAccount',
      Effect: 'Allow',
      Principal: { Service: ['sagemaker.amazonaws.com'] },
      Action: ['sts:AssumeRole'],
      Condition: { StringEquals: { 'aws:SourceAccount': '111111111111' } },
    },
    {
      Sid: 'Services',
      Effect: 'Allow',
      Principal: { Service: ['lambda.amazonaws.com'] },
      Action: ['sts:AssumeRole'],
    },
  ]);
});

test('another account needs its external id; to pull is to read', () => {
  expect(accountTrust(PULL)[0]).toMatchObject({
    Principal: { AWS: 'arn:aws:iam::333333333333:root' },
    Condition: { StringEquals: { 'sts:ExternalId': 'prod-pulls-here' } },
  });
  const actions = (EVERY.pull ?? []).flatMap(({ Action }) => Action);
  expect(actions.filter((action) => /:(Put|Create|Update|Add)/.test(action))).toEqual([]);
});

const args: AccessArgs = {
  ...accessConfig.defaults.dev,
  context: TEST_CONTEXT,
  lakeBucketArn: FACTS.bucketArn,
  dataKeyArn: KEY,
  logsKeyArn: FACTS.logsKeyArn,
  secretsKeyArn: FACTS.secretsKeyArn,
  repositoryArns: FACTS.repositoryArns,
};

test('each role has one policy, which is all it has, and the boundary that config gives', async () => {
  const permissionsBoundary = 'arn:aws:iam::111111111111:policy/mlp-boundary';
  const { all, one, outputs } = await runComponent((options) => {
    const { roles } = new Access('acme-dev-access', { ...args, permissionsBoundary }, options);
    return { training: roles.training.arn, runner: roles.pipelineRunner.name };
  });
  const roles = all('aws:iam/role:Role');
  expect(roles.map(({ name }) => name)).toEqual(
    ['training', 'serving', 'pipeline-runner'].map((role) => `acme-dev-access-${role}`),
  );
  expect(roles.every(({ inputs }) => inputs.permissionsBoundary === permissionsBoundary)).toBe(true);
  const exclusive = one('aws:iam/rolePoliciesExclusive:RolePoliciesExclusive', 'acme-dev-access-training');
  expect(exclusive.inputs.policyNames).toHaveLength(1);
  const attached = one(
    'aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive',
    'acme-dev-access-serving',
  );
  expect(attached.inputs.policyArns).toEqual([]);
  const policy = one('aws:iam/rolePolicy:RolePolicy', 'acme-dev-access-pipeline-runner').inputs.policy;
  expect(String(policy)).toContain(String(outputs.training));
  expect(String(policy)).not.toContain('undefined');
});

test('without a boundary there is none; trusted accounts get a role each', async () => {
  const { all, outputs } = await runComponent((options) => {
    const access = new Access('acme-dev-access', { ...args, trustedAccounts: [PULL, REGISTER] }, options);
    return { accounts: access.accountRoleArns };
  });
  expect(all('aws:iam/role:Role').filter(({ inputs }) => 'permissionsBoundary' in inputs)).toEqual([]);
  expect(Object.keys(outputs.accounts as object)).toEqual(['333333333333-pull', '222222222222-register']);
});

test('no role breaks a policy of the platform', async () => {
  const all = {
    trackingArn: FACTS.trackingArn,
    featureGroupArns: FACTS.featureGroupArns,
    secretArns: FACTS.secretArns,
    databaseUserArns: FACTS.databaseUserArns,
    cacheArns: FACTS.cacheArns,
    trustedAccounts: [PULL, REGISTER],
  };
  const { resources } = await runComponent((options) => {
    new Access('acme-dev-access', { ...args, ...all }, options);
  });
  const broken = checkPolicies(resources, { environment: 'prod' }).filter(({ rule }) => rule.startsWith('iam-'));
  expect(broken).toEqual([]);
});

test('an account that is trusted twice for one thing, or is the own one, is a problem', () => {
  const problems = (...trustedAccounts: TrustedAccount[]) =>
    accessProblems({ ...accessConfig.defaults.dev, trustedAccounts }, '111111111111').map(({ key }) => key);
  expect(problems(PULL, REGISTER)).toEqual([]);
  expect(problems(PULL, PULL)).toEqual(['access.trustedAccounts.1.account']);
  expect(problems({ ...PULL, account: '111111111111' })).toEqual(['access.trustedAccounts.0.account']);
});
