import { tagsOf } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { costControlConfig, costControlProblems } from './config.ts';
import { CostControl, type CostControlArgs } from './cost-control.ts';

const { dev, preview, prod } = costControlConfig.defaults;

const TOPIC = 'arn:aws:sns:eu-central-1:111111111111:alerts';
const ROLE = { name: 'acme-dev-training', arn: 'arn:aws:iam::111111111111:role/acme-dev-training' };
const TAGS = tagsOf({ project: 'acme', stack: 'pr-1', environment: 'preview', owner: 'team', costCenter: 'ml' });

const run = (args: Partial<CostControlArgs>) =>
  runComponent((options) => {
    const given = { context: TEST_CONTEXT, tags: TAGS, alertsTopicArn: TOPIC, jobRoles: [ROLE], stoppable: {} };
    const messagesKeyArn = 'arn:aws:kms:eu-central-1:111111111111:key/messages';
    new CostControl('acme-dev-cost', { ...dev, ...given, messagesKeyArn, ...args }, options);
  });

test('each stack has a budget, with alerts on what is spent and on what is forecast', async () => {
  const { one } = await run({ emails: ['ml@example.com'] });
  const { inputs } = one('aws:budgets/budget:Budget');
  expect(inputs).toMatchObject({ budgetType: 'COST', timeUnit: 'MONTHLY', limitAmount: '50', limitUnit: 'USD' });
  expect(inputs).not.toHaveProperty('filterExpression');
  const alerts = inputs.notifications as Record<string, unknown>[];
  expect(alerts.map((alert) => [alert.notificationType, alert.threshold])).toEqual([
    ['ACTUAL', 50],
    ['ACTUAL', 80],
    ['ACTUAL', 100],
    ['FORECASTED', 100],
  ]);
  for (const alert of alerts) {
    expect(alert).toMatchObject({ subscriberSnsTopicArns: [TOPIC], subscriberEmailAddresses: ['ml@example.com'] });
  }
});

test('a preview, which shares its account, counts what has its tags', async () => {
  const { one, all } = await run(preview);
  expect(one('aws:budgets/budget:Budget').inputs).toMatchObject({
    metrics: 'UnblendedCost',
    filterExpression: {
      ands: [{ tags: { key: 'project', values: ['acme'] } }, { tags: { key: 'stack', values: ['pr-1'] } }],
    },
  });
  expect(all('aws:budgets/budgetAction:BudgetAction')).toEqual([]);
});

test('in dev jobs are denied when the budget is spent; whoever denies may attach that one policy alone', async () => {
  const { one } = await run({});
  const action = one('aws:budgets/budgetAction:BudgetAction').inputs;
  const denial = one('aws:iam/policy:Policy');
  expect(action).toMatchObject({
    approvalModel: 'AUTOMATIC',
    actionThreshold: { actionThresholdType: 'PERCENTAGE', actionThresholdValue: 100 },
    definition: { iamActionDefinition: { roles: [ROLE.name] } },
  });
  const [denied] = JSON.parse(String(denial.inputs.policy)).Statement;
  expect(denied).toMatchObject({ Effect: 'Deny', Resource: '*' });
  expect(denied.Action).toContain('sagemaker:CreateTrainingJob');
  const [may] = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy)).Statement;
  expect(may.Resource).toEqual([ROLE.arn]);
  expect(may.Condition.ArnEquals['iam:PolicyARN']).toMatch(/^arn:aws:iam:/);
});

test('anomalies, tags and rightsizing are of an account, and off until they are asked for', async () => {
  const types = [
    'aws:costexplorer/anomalyMonitor:AnomalyMonitor',
    'aws:costexplorer/anomalySubscription:AnomalySubscription',
    'aws:costexplorer/costAllocationTag:CostAllocationTag',
    'aws:computeoptimizer/enrollmentStatus:EnrollmentStatus',
  ];
  const off = await run({});
  expect(types.flatMap(off.all)).toEqual([]);
  const on = await run({ anomalyDetection: true, activateTags: true, rightsizing: true });
  expect(types.map((type) => on.all(type).length)).toEqual([1, 1, 6, 1]);
  expect(on.one('aws:costexplorer/anomalySubscription:AnomalySubscription').inputs).toMatchObject({
    frequency: 'IMMEDIATE',
    subscribers: [{ type: 'SNS', address: TOPIC }],
    thresholdExpression: { dimension: { values: ['20'] } },
  });
});

test('at night a service has no task, an endpoint and a database are gone; in the morning all is as it was', async () => {
  const { all, one } = await run({
    stoppable: {
      fargate: { clusterName: 'c', serviceName: 's', serviceArn: 'arn:aws:ecs:x:1:service/c/s', desiredCount: 2 },
      endpoint: { name: 'ep', configName: 'ep-config', tags: { project: 'acme' }, keyArn: 'arn:aws:kms:x:1:key/data' },
      databaseCluster: { identifier: 'db', arn: 'arn:aws:rds:x:1:cluster:db' },
      trackingServer: { name: 'mlflow' },
    },
  });
  const called = (name: string) => {
    const { inputs } = one('aws:scheduler/schedule:Schedule', `acme-dev-cost-off-hours-${name}`);
    const { arn, input } = inputs.target as { arn: string; input: string };
    return [inputs.scheduleExpression, arn.replace('arn:aws:scheduler:::aws-sdk:', ''), JSON.parse(input)];
  };
  const [stop, start] = [dev.offHoursStop, dev.offHoursStart];
  expect(all('aws:scheduler/schedule:Schedule')).toHaveLength(8);
  expect(called('fargate-stop')).toEqual([stop, 'ecs:updateService', { Cluster: 'c', Service: 's', DesiredCount: 0 }]);
  expect(called('fargate-start')).toEqual([
    start,
    'ecs:updateService',
    { Cluster: 'c', Service: 's', DesiredCount: 2 },
  ]);
  expect(called('endpoint-stop')).toEqual([stop, 'sagemaker:deleteEndpoint', { EndpointName: 'ep' }]);
  expect(called('endpoint-start')).toEqual([
    start,
    'sagemaker:createEndpoint',
    { EndpointName: 'ep', EndpointConfigName: 'ep-config', Tags: [{ Key: 'project', Value: 'acme' }] },
  ]);
  expect(called('database-stop')).toEqual([stop, 'rds:stopDBCluster', { DbClusterIdentifier: 'db' }]);
  expect(called('database-start')).toEqual([start, 'rds:startDBCluster', { DbClusterIdentifier: 'db' }]);
  const tracking = { TrackingServerName: 'mlflow' };
  expect(called('tracking-stop')).toEqual([stop, 'sagemaker:stopMlflowTrackingServer', tracking]);
  expect(called('tracking-start')).toEqual([start, 'sagemaker:startMlflowTrackingServer', tracking]);
  const policy = JSON.parse(String(one('aws:iam/rolePolicy:RolePolicy', 'acme-dev-cost-off-hours').inputs.policy));
  for (const { Action, Resource } of policy.Statement) {
    expect(Action.filter((action: string) => action.includes('*'))).toEqual([]);
    for (const arn of Resource) expect(arn).toMatch(/^arn:aws:[a-z]+:.+[^*]$/);
  }
});

test('where nothing can be stopped, or it is off, there is no schedule and no role for it', async () => {
  const stoppable = { trackingServer: { name: 'mlflow' } };
  for (const args of [{}, { offHours: false, stoppable }]) {
    const { all } = await run({ ...args, stopWhenSpent: false });
    expect([...all('aws:scheduler/schedule:Schedule'), ...all('aws:iam/role:Role')]).toEqual([]);
  }
});

test('prod is never stopped, and alerts rise', () => {
  const keys = (settings: Partial<typeof prod>, environment: 'dev' | 'prod') =>
    costControlProblems({ ...prod, ...settings }, environment).map(({ key }) => key);
  expect(keys({ offHours: true }, 'prod')).toEqual(['costControl.offHours']);
  expect(keys({ stopWhenSpent: true }, 'prod')).toEqual(['costControl.stopWhenSpent']);
  expect(keys({ offHours: true, stopWhenSpent: true }, 'dev')).toEqual([]);
  expect(keys({ alertPercents: [80, 50] }, 'dev')).toEqual(['costControl.alertPercents']);
  expect(keys({ offHours: true, offHoursStart: prod.offHoursStop }, 'dev')).toEqual(['costControl.offHoursStart']);
});

test('a stack without a budget, a wrong time and a wrong time zone are refused', () => {
  const { schema, defaults } = costControlConfig;
  const refused = { monthlyLimit: 0, offHoursStop: 'at night', timeZone: 'Mars/Olympus' };
  for (const [key, value] of Object.entries(refused)) {
    expect(schema.safeParse({ ...dev, [key]: value }).error?.issues.map(({ path }) => path[0])).toEqual([key]);
  }
  for (const settings of Object.values(defaults)) expect(schema.parse(settings)).toEqual(settings);
});
