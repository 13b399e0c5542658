import { stackNames } from '@ml-platform/conventions';
import { describe, expect, test } from 'vitest';
import { allows } from '../../testing/allows.ts';
import { boundaryStatements } from './boundary.ts';
import { deployerPlace } from './place.ts';
import { deployerPolicies } from './policies.ts';
import type { Places } from './shared-data.ts';

const [ACCOUNT, REGION] = ['111111111111', 'eu-central-1'];
/** Long enough that the names of some previews are shortened. */
const PROJECT = 'machine-shop';
const ENVIRONMENTS = ['dev', 'staging', 'prod'];
const STACKS = [...ENVIRONMENTS, 'pr-7', 'pr-12345'];

const place = (environment: string, project = PROJECT) => {
  return deployerPlace({ project, account: ACCOUNT, region: REGION }, environment);
};
const rightsOf = (environment: string, places: Places = {}) => {
  return Object.values(deployerPolicies(place(environment), places)).flat();
};
const arn = (service: string, resource: string) => `arn:aws:${service}:${REGION}:${ACCOUNT}:${resource}`;

/** What a stack's update or destruction calls, on a thing of that stack. */
const CALLS: readonly (readonly [string, (prefix: string) => string])[] = [
  ['s3:PutBucketPolicy', (one) => `arn:aws:s3:::${one}-lake-1a2b3c4`],
  ['s3:PutLifecycleConfiguration', (one) => `arn:aws:s3:::${one}-lake-1a2b3c4`],
  ['s3:PutObject', (one) => `arn:aws:s3:::${one}-lake-1a2b3c4/pipelines/definitions/churn.json`],
  ['sqs:CreateQueue', (one) => arn('sqs', `${one}-msg-predictions-1a2b3c4`)],
  ['sns:DeleteTopic', (one) => arn('sns', `${one}-msg-alerts-1a2b3c4`)],
  ['glue:CreateTable', (one) => arn('glue', `table/${one.replaceAll('-', '_')}/predictions`)],
  ['rds:AddTagsToResource', (one) => arn('rds', `cluster:${one}-db-1a2b3c4`)],
  ['ecr:CreateRepository', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:BatchCheckLayerAvailability', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:InitiateLayerUpload', (one) => arn('ecr', `repository/${one}/steps`)],
  ['ecr:UploadLayerPart', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:CompleteLayerUpload', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:PutImage', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:BatchGetImage', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:GetDownloadUrlForLayer', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['ecr:DescribeImages', (one) => arn('ecr', `repository/${one}/model-server`)],
  ['lambda:UpdateFunctionCode', (one) => arn('lambda', `function:${one}-serve-1a2b3c4`)],
  ['lambda:DeleteFunction', (one) => arn('lambda', `function:${one}-serve-1a2b3c4`)],
  ['lambda:InvokeFunctionUrl', (one) => arn('lambda', `function:${one}-serve-1a2b3c4`)],
  ['sagemaker:InvokeEndpoint', (one) => arn('sagemaker', `endpoint/${one}-serving`)],
  ['sagemaker:CreateEndpoint', (one) => arn('sagemaker', `endpoint/${one}-serving`)],
  ['states:CreateStateMachine', (one) => arn('states', `stateMachine:${one}-score-flights`)],
  ['scheduler:CreateSchedule', (one) => arn('scheduler', `schedule/${one}-cost-1a2b3c4/${one}-stop`)],
  ['ecs:CreateService', (one) => arn('ecs', `service/${one}-serve-1a2b3c4/${one}-serve`)],
  ['logs:CreateLogGroup', (one) => arn('logs', `log-group:/${one}/events/notify`)],
  ['logs:DeleteLogGroup', (one) => arn('logs', `log-group:aws-waf-logs-${one}-cdn`)],
  ['cloudwatch:PutDashboard', (one) => `arn:aws:cloudwatch::${ACCOUNT}:dashboard/${one}-pipelines`],
  ['cloudtrail:CreateTrail', (one) => arn('cloudtrail', `trail/${one}-watch-objects`)],
  ['codedeploy:CreateDeploymentGroup', (one) => arn('codedeploy', `deploymentgroup:${one}-serve-1a2b3c4/live`)],
  ['budgets:ModifyBudget', (one) => `arn:aws:budgets::${ACCOUNT}:budget/${one}-cost-1a2b3c4`],
  ['elasticloadbalancing:DeleteLoadBalancer', (one) => arn('elasticloadbalancing', `loadbalancer/app/${one}-lb/50dc`)],
  ['wafv2:CreateWebACL', (one) => arn('wafv2', `regional/webacl/${one}-api-1a2b3c4/0c`)],
  ['iam:DeleteRole', (one) => `arn:aws:iam::${ACCOUNT}:role/mlp/${one}-role-training-1a2b3c4`],
  ['iam:CreatePolicy', (one) => `arn:aws:iam::${ACCOUNT}:policy/mlp/${one}-cost-spent-1a2b3c4`],
];

describe.each(ENVIRONMENTS)('the deployer of %s', (environment) => {
  const rights = rightsOf(environment);
  const own = STACKS.filter((stack) => stack === environment || (environment === 'dev' && stack.startsWith('pr-')));

  test.each(CALLS)('does %s on what is of its own stacks, and of no other', (action, resource) => {
    const reached = STACKS.filter((stack) => {
      return allows(rights, { action, resource: resource(stackNames(PROJECT, stack).prefix) });
    });
    expect(reached).toEqual(own);
  });

  test.each([
    ['ec2:DeleteVpc', arn('ec2', 'vpc/vpc-1')],
    ['ec2:CreateTags', arn('ec2', 'vpc/vpc-1')],
    ['kms:Decrypt', arn('kms', 'key/1')],
    ['kms:PutKeyPolicy', arn('kms', 'key/1')],
    ['kms:ScheduleKeyDeletion', arn('kms', 'key/1')],
    ['kms:TagResource', arn('kms', 'key/1')],
  ])('%s goes by the tags of what has no name, which it can not claim', (action, resource) => {
    const reached = STACKS.filter((stack) => {
      const tags = { 'aws:ResourceTag/project': PROJECT, 'aws:ResourceTag/stack': stack };
      const claim = { 'aws:RequestTag/project': PROJECT, 'aws:RequestTag/stack': environment };
      return allows(rights, { action, resource, context: { ...tags, ...claim } });
    });
    expect(reached).toEqual(own);
    const others = { 'aws:ResourceTag/project': 'other', 'aws:ResourceTag/stack': environment };
    expect(allows(rights, { action, resource, context: others })).toBe(false);
  });

  test('makes keys and networks with its own tags alone', () => {
    for (const action of ['kms:CreateKey', 'ec2:CreateVpc']) {
      const resource = action === 'kms:CreateKey' ? '*' : arn('ec2', 'vpc/vpc-1');
      const made = STACKS.filter((stack) => {
        const context = { 'aws:RequestTag/project': PROJECT, 'aws:RequestTag/stack': stack };
        return allows(rights, { action, resource, context });
      });
      expect(made).toEqual(own);
    }
  });

  test('makes a role with its boundary alone, passes roles of its own, and takes no boundary off', () => {
    const { prefix } = place(environment);
    const resource = `arn:aws:iam::${ACCOUNT}:role/mlp/${prefix}-role-training`;
    const bound = (of: string) => ({ 'iam:PermissionsBoundary': `arn:aws:iam::${ACCOUNT}:policy/${of}-boundary` });
    const make = (context = {}) => allows(rights, { action: 'iam:CreateRole', resource, context });
    expect([make(bound(prefix)), make(bound('other')), make()]).toEqual([true, false, false]);
    const pass = { action: 'iam:PassRole', context: { 'iam:PassedToService': 'lambda.amazonaws.com' } };
    expect(allows(rights, { ...pass, resource })).toBe(true);
    expect(allows(rights, { ...pass, resource: resource.replace(prefix, 'other-dev') })).toBe(false);
    expect(allows(rights, { action: 'iam:DeleteRolePermissionsBoundary', resource })).toBe(false);
  });

  test('enters the registry, and lets go of old definitions of tasks', () => {
    for (const action of ['ecr:GetAuthorizationToken', 'ecs:DeregisterTaskDefinition']) {
      expect(allows(rights, { action, resource: '*' })).toBe(true);
    }
  });

  test('measures drift, and nothing in the name of AWS', () => {
    const put = (namespace: string) => {
      const context = { 'cloudwatch:namespace': namespace };
      return allows(rights, { action: 'cloudwatch:PutMetricData', resource: '*', context });
    };
    expect(['ml-platform', 'AWS/Lambda'].map(put)).toEqual([true, false]);
  });

  test('lets a service that stacks use make its own role, in an account that has never used it', () => {
    const make = (service: string) => {
      const resource = `arn:aws:iam::${ACCOUNT}:role/aws-service-role/${service}/AWSServiceRole`;
      const context = { 'iam:AWSServiceName': service };
      return allows(rights, { action: 'iam:CreateServiceLinkedRole', resource, context });
    };
    const services = ['ecs', 'elasticloadbalancing', 'sagemaker.application-autoscaling', 'organizations'];
    expect(services.map((service) => make(`${service}.amazonaws.com`))).toEqual([true, true, true, false]);
  });
});

test('a role of a preview can pass roles of previews, and none of prod', () => {
  const boundary = boundaryStatements(place('dev'));
  const pass = (stack: string) => {
    const resource = `arn:aws:iam::${ACCOUNT}:role/mlp/${stackNames(PROJECT, stack).prefix}-role-training`;
    return allows(boundary, { action: 'iam:PassRole', resource });
  };
  expect(STACKS.filter(pass)).toEqual(['dev', 'pr-7', 'pr-12345']);
});

describe('models and data', () => {
  const ELSEWHERE = {
    modelRegistry: 's3://acme-lake/models/registry',
    dataRemote: 's3://acme-data/dvc/',
    predictions: 's3://acme-lake/predictions',
  };
  const get = (rights: ReturnType<typeof rightsOf>, path: string) =>
    ['s3:GetObject', 's3:PutObject'].filter((action) => allows(rights, { action, resource: `arn:aws:s3:::${path}` }));

  test.each([
    ['machine-shop-dev-lake-1a2b3c4', {}, 'models/registry.db', 'dvc/files/md5/00/1', 'predictions/2026-05-01/a.jsonl'],
    ['acme-lake', ELSEWHERE, 'models/registry/registry.db', '', 'predictions/2026-05-01/a.jsonl'],
    ['acme-data', ELSEWHERE, '', 'dvc/files/md5/00/1', ''],
  ])('in %s dev reads and writes models and data, and reads predictions', (bucket, places, model, data, log) => {
    const rights = rightsOf('dev', places);
    for (const path of [model, data].filter((one) => one !== '')) {
      expect(get(rights, `${bucket}/${path}`)).toEqual(['s3:GetObject', 's3:PutObject']);
    }
    if (log !== '') expect(get(rights, `${bucket}/${log}`)).toEqual(['s3:GetObject']);
    expect(get(rights, `${bucket}/raw/customers.csv`)).toEqual([]);
    expect(allows(rights, { action: 's3:DeleteObject', resource: `arn:aws:s3:::acme-lake/models/registry.db` })).toBe(
      false,
    );
  });

  test('it lists what is below those places', () => {
    const list = (prefix: string) => {
      const call = { action: 's3:ListBucket', resource: 'arn:aws:s3:::acme-lake' };
      return allows(rightsOf('dev', ELSEWHERE), { ...call, context: { 's3:prefix': prefix } });
    };
    expect(['models/registry/', 'predictions/2026', 'raw/'].map(list)).toEqual([true, true, false]);
  });

  test('it opens what is encrypted there, through S3 alone', () => {
    const open = (context: Readonly<Record<string, string>>) => {
      return allows(rightsOf('dev', ELSEWHERE), { action: 'kms:Decrypt', resource: arn('kms', 'key/1'), context });
    };
    const viaS3 = { 'kms:ViaService': `s3.${REGION}.amazonaws.com` };
    const of = (bucket: string) => ({ 'kms:EncryptionContext:aws:s3:arn': `arn:aws:s3:::${bucket}` });
    expect(open({ ...viaS3, ...of('acme-lake') })).toBe(true);
    expect(open({ ...viaS3, ...of('acme-lake/predictions/a.jsonl') })).toBe(true);
    expect(open({ ...viaS3, ...of('acme-prod-lake-1a2b3c4') })).toBe(false);
    expect(open(of('acme-lake'))).toBe(false);
  });

  test.each(['staging', 'prod'])('a deploy of %s has no business with data', (environment) => {
    const bucket = `${place(environment).prefix}-lake-1a2b3c4`;
    for (const path of ['models/registry.db', 'raw/customers.csv', 'predictions/a.jsonl']) {
      expect(get(rightsOf(environment), `${bucket}/${path}`)).toEqual([]);
      expect(get(rightsOf(environment, ELSEWHERE), `acme-lake/${path}`)).toEqual([]);
    }
  });
});

test.each(['a-name-of-forty-letters-is-the-longest-1', 'twelve-lette', 'acme'])(
  'each policy of %s is as short as IAM asks',
  (project) => {
    const far = { modelRegistry: `s3://${'b'.repeat(63)}/${'m'.repeat(80)}`, predictions: `s3://${'c'.repeat(63)}/p` };
    for (const environment of ENVIRONMENTS) {
      const groups = Object.entries(
        deployerPolicies({ ...place(environment, project), region: 'ap-southeast-1' }, far),
      );
      // With AWS's own.
      expect(groups.length).toBeLessThanOrEqual(9);
      for (const [group, statements] of groups) {
        const text = JSON.stringify({ Version: '2012-10-17', Statement: statements });
        expect(text.length, group).toBeLessThanOrEqual(6144);
        expect(new Set(statements.map(({ Sid }) => Sid)).size).toBe(statements.length);
      }
    }
  },
);
