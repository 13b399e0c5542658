import { expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { monitoringConfig, monitoringProblems } from './config.ts';
import { Monitoring, type MonitoringArgs } from './monitoring.ts';
import { runsOf, type Watched } from './watched.ts';

const { dev, prod } = monitoringConfig.defaults;

const TOPIC = 'arn:aws:sns:eu-central-1:111111111111:alerts';
const LATENCY = 'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:latency';
const IMAGE = '048819808253.dkr.ecr.eu-central-1.amazonaws.com/sagemaker-model-monitor-analyzer';

const WATCHED: Watched = {
  logGroups: {
    serving: { server: '/acme-dev/serving' },
    functions: { validate: '/acme-dev/validate', retrain: '/acme-dev/retrain' },
    database: { database: '/aws/rds/cluster/acme-dev/postgresql' },
  },
  serving: { endpointName: 'acme-dev-endpoint', alarmArns: [LATENCY] },
  pipelineArns: {
    delays: 'arn:aws:states:eu-central-1:111111111111:stateMachine:acme-dev-delays:live',
    churn: 'arn:aws:sagemaker:eu-central-1:111111111111:pipeline/acme-dev-churn',
  },
  deadLetterQueueNames: { events: 'acme-dev-events-dead' },
  databaseCluster: 'acme-dev-database',
  lakeBucketName: 'acme-dev-lake',
};

const run = (args: Partial<MonitoringArgs>) =>
  runComponent((options) => {
    const given = {
      context: TEST_CONTEXT,
      watched: WATCHED,
      alertsTopicArn: TOPIC,
      lakeBucketArn: 'arn:aws:s3:::acme-dev-lake',
      subnetIds: ['subnet-a'],
      workloadSecurityGroupId: 'sg-workloads',
      dataKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/data',
      logsKeyArn: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
    };
    const { alarmArns } = new Monitoring('acme-dev-monitoring', { ...dev, ...given, ...args }, options);
    return { alarmArns: [...alarmArns] };
  });

const ALARM = 'aws:cloudwatch/metricAlarm:MetricAlarm';

test('errors in logs are counted, and many of them are an alarm', async () => {
  const { all, one } = await run({});
  const type = 'aws:cloudwatch/logMetricFilter:LogMetricFilter';
  const groups = all(type).map(({ inputs }) => inputs.logGroupName);
  expect(groups.sort()).toEqual(['/acme-dev/retrain', '/acme-dev/serving', '/acme-dev/validate']);
  expect(one(type, 'acme-dev-monitoring-validate-errors').inputs).toMatchObject({
    metricTransformation: { namespace: 'acme-dev/logs', name: 'functions-errors' },
  });
  expect(one(ALARM, 'acme-dev-monitoring-functions-errors').inputs).toMatchObject({
    namespace: 'acme-dev/logs',
    metricName: 'functions-errors',
    threshold: 20,
    treatMissingData: 'notBreaching',
    alarmActions: [TOPIC],
  });
});

test('failed pipelines, messages given up on, and drift are alarms', async () => {
  const { one } = await run({});
  expect(one(ALARM, 'acme-dev-monitoring-delays-failed').inputs).toMatchObject({
    namespace: 'AWS/States',
    metricName: 'ExecutionsFailed',
    dimensions: { StateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:acme-dev-delays' },
  });
  expect(one(ALARM, 'acme-dev-monitoring-churn-failed').inputs).toMatchObject({
    namespace: 'AWS/Sagemaker/ModelBuildingPipeline',
    metricName: 'ExecutionFailed',
    dimensions: { PipelineName: 'acme-dev-churn' },
  });
  expect(one(ALARM, 'acme-dev-monitoring-events-given-up').inputs).toMatchObject({
    dimensions: { QueueName: 'acme-dev-events-dead' },
    threshold: 0,
  });
  expect(one(ALARM, 'acme-dev-monitoring-drift').inputs).toMatchObject({
    name: 'acme-dev-drift',
    dimensions: { stack: 'acme-dev' },
    threshold: 0.2,
  });
});

test('for servers there is one alarm that stands for all of theirs', async () => {
  const { one, outputs } = await run({});
  const rule = String(one('aws:cloudwatch/compositeAlarm:CompositeAlarm').inputs.alarmRule);
  expect(rule.split(' OR ')).toHaveLength(2);
  expect(rule).toContain(`ALARM("${LATENCY}")`);
  expect(outputs.alarmArns).toContain(LATENCY);
  const bare = await run({ watched: { logGroups: {}, lakeBucketName: 'acme-dev-lake' } });
  expect(bare.all('aws:cloudwatch/compositeAlarm:CompositeAlarm')).toEqual([]);
});

test('a query is kept for logs that are there, and for no others', async () => {
  const { all, one } = await run({});
  const queries = all('aws:cloudwatch/queryDefinition:QueryDefinition');
  expect(queries.map(({ inputs }) => inputs.name).sort()).toEqual([
    'acme-dev/errors',
    'acme-dev/failed-requests',
    'acme-dev/function-memory-and-time',
    'acme-dev/slow-statements',
  ]);
  expect(one('aws:cloudwatch/queryDefinition:QueryDefinition', 'acme-dev-monitoring-errors').inputs).toMatchObject({
    logGroupNames: ['/acme-dev/serving', '/acme-dev/validate', '/acme-dev/retrain'],
  });
});

test('what is unusual in logs is an alarm where it is on', async () => {
  const type = 'aws:cloudwatch/logAnomalyDetector:LogAnomalyDetector';
  const { all, one } = await run({ logAnomalies: true });
  expect(all(type)).toHaveLength(3);
  expect(one(type, 'acme-dev-monitoring-server-unusual').inputs).toMatchObject({
    detectorName: 'acme-dev-monitoring-server-unusual',
    logGroupArnLists: ['arn:aws:logs:eu-central-1:111111111111:log-group:/acme-dev/serving'],
    kmsKeyId: 'arn:aws:kms:eu-central-1:111111111111:key/logs',
  });
  expect((await run({})).all(type)).toEqual([]);
});

test('dashboards show servers, pipelines and cost in rows of two', async () => {
  const { one } = await run({ dashboards: true });
  const widgetsOf = (page: string) => {
    const { inputs } = one('aws:cloudwatch/dashboard:Dashboard', `acme-dev-monitoring-${page}`);
    expect(inputs.dashboardName).toBe(`acme-dev-${page}`);
    return (JSON.parse(String(inputs.dashboardBody)) as { widgets: DashboardWidget[] }).widgets;
  };
  for (const widgets of ['servers', 'pipelines', 'cost'].map(widgetsOf)) {
    expect(widgets.length).toBeGreaterThanOrEqual(3);
    expect(new Set(widgets.map(({ x, y }) => `${x} ${y}`)).size).toBe(widgets.length);
    for (const { x, width, properties } of widgets) {
      expect(x + width).toBeLessThanOrEqual(24);
      if (properties.metrics) expect(properties.metrics.length).toBeGreaterThan(0);
    }
  }
  const servers = widgetsOf('servers');
  expect(servers.map(({ properties }) => properties.title)).toEqual([
    'Alarms',
    'Errors in the logs',
    'Requests',
    'Latency of the model, microseconds',
  ]);
  expect(servers[2]?.properties.metrics?.[0]).toEqual([
    {
      id: 'invocationssum',
      expression: expect.stringContaining('EndpointName="acme-dev-endpoint" MetricName="Invocations"'),
    },
  ]);
  expect((await run({})).all('aws:cloudwatch/dashboard:Dashboard')).toEqual([]);
});

interface DashboardWidget {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly properties: { readonly title?: string; readonly metrics?: readonly unknown[] };
}

test('a load balancer is shown by the end of its ARN', async () => {
  const loadBalancerArn = 'arn:aws:elasticloadbalancing:eu-central-1:111111111111:loadbalancer/app/acme/50dc6c49';
  const { one } = await run({ dashboards: true, watched: { ...WATCHED, serving: { loadBalancerArn, alarmArns: [] } } });
  const body = String(one('aws:cloudwatch/dashboard:Dashboard', 'acme-dev-monitoring-servers').inputs.dashboardBody);
  expect(body).toContain('"LoadBalancer","app/acme/50dc6c49"');
});

test('who reads and writes the lake is recorded in a bucket that this one trail writes to', async () => {
  const { one, all } = await run({ dataEvents: true, dataEventDays: 90 });
  const trail = one('aws:cloudtrail/trail:Trail').inputs;
  expect(trail).toMatchObject({ enableLogFileValidation: true, kmsKeyId: expect.stringContaining('key/logs') });
  const policy = JSON.parse(String(one('aws:s3/bucketPolicy:BucketPolicy').inputs.policy));
  const writes = policy.Statement.find(({ Sid }: { Sid: string }) => Sid === 'TrailWrites');
  expect(writes.Condition.StringEquals['aws:SourceArn']).toBe(
    `arn:aws:cloudtrail:eu-central-1:111111111111:trail/${trail.name}`,
  );
  expect(all('aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock')).toHaveLength(1);
  expect((await run({})).all('aws:cloudtrail/trail:Trail')).toEqual([]);
});

test('data quality is watched once there is an endpoint', async () => {
  const on = { dataQuality: true, dataQualityImage: IMAGE };
  const { one } = await run(on);
  expect(one('aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition').inputs).toMatchObject({
    dataQualityAppSpecification: { imageUri: IMAGE },
    dataQualityBaselineConfig: { statisticsResource: { s3Uri: 's3://acme-dev-lake/models/baseline/statistics.json' } },
    networkConfig: { enableNetworkIsolation: true },
  });
  const role = String(one('aws:iam/rolePolicy:RolePolicy').inputs.policy);
  expect(role).toContain('arn:aws:ecr:eu-central-1:048819808253:repository/sagemaker-model-monitor-analyzer');
  expect(role).not.toContain('undefined');
  const type = 'aws:sagemaker/monitoringSchedule:MonitoringSchedule';
  expect(one(type).inputs).toMatchObject({ monitoringScheduleConfig: { monitoringType: 'DataQuality' } });
  const { serving: _, ...withoutServer } = WATCHED;
  expect((await run({ ...on, watched: withoutServer })).all(type)).toEqual([]);
  expect((await run({})).all(type)).toEqual([]);
});

test("a pipeline's ARN says what runs it", () => {
  expect(runsOf('arn:aws:states:eu-central-1:1:stateMachine:delays').dimensions).toEqual({
    StateMachineArn: 'arn:aws:states:eu-central-1:1:stateMachine:delays',
  });
  expect(runsOf('arn:aws:sagemaker:eu-central-1:1:pipeline/churn').dimensions).toEqual({ PipelineName: 'churn' });
});

test('prod is watched, and data quality needs its image', () => {
  const keys = (settings: Partial<typeof prod>) =>
    monitoringProblems({ ...prod, ...settings }, 'prod').map(({ key }) => key);
  expect(keys({})).toEqual([]);
  expect(keys({ enabled: false })).toEqual(['monitoring.enabled']);
  expect(keys({ dataQuality: true })).toEqual(['monitoring.dataQualityImage']);
  expect(keys({ dataQuality: true, dataQualityImage: IMAGE })).toEqual([]);
  for (const settings of Object.values(monitoringConfig.defaults)) {
    expect(monitoringConfig.schema.parse(settings)).toEqual(settings);
  }
});
