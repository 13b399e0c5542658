import { globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { DeclaredResource } from '@ml-platform/conventions/program';
import { expect, test } from 'vitest';
import { type Charge, estimate, pricesIn, readPriceTable } from '@ml-platform/conventions/cost';
import costs from './index.ts';

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const TABLE = readPriceTable(costs.table);
const PRICERS: Readonly<Record<string, unknown>> = costs.pricers;

/** Every class that a file makes a resource of: the module's path, and the class. */
function classesIn(text: string): [module: string, name: string][] {
  const modules = new Map(
    [...text.matchAll(/import \* as (\w+) from '@pulumi\/aws\/([\w]+)\/index\.js'/g)].map(([, alias, path]) => [
      alias,
      path,
    ]),
  );
  return [...text.matchAll(/new (\w+)\.([A-Z]\w*)\(/g)].flatMap(([, alias, name]) => {
    const module = modules.get(alias);
    return module && name ? [[module, name] as [string, string]] : [];
  });
}

async function typeOf(module: string, name: string): Promise<string> {
  const loaded = (await import(`@pulumi/aws/${module}/index.js`)) as Record<string, { __pulumiType: string }>;
  return loaded[name]?.__pulumiType ?? `no ${name} in ${module}`;
}

test('every type that a component or the bootstrap makes is priced, or is said to be free', async () => {
  const files = globSync('{components,iam,bootstrap,config}/**/*.ts', { cwd: PROJECT });
  const classes = files.flatMap((file) => classesIn(readFileSync(`${PROJECT}/${file}`, 'utf8')));
  expect(classes.length).toBeGreaterThan(60);
  const types = new Set(await Promise.all(classes.map(([module, name]) => typeOf(module, name))));
  const missing = [...types].filter((type) => !(type in PRICERS) && !costs.free.includes(type));
  expect(missing).toEqual([]);
});

test('each type exists, and is either priced or free', async () => {
  const types = [...Object.keys(PRICERS), ...costs.free];
  expect(types.filter((type, index) => types.indexOf(type) !== index)).toEqual([]);
  for (const type of types) {
    const [, module = '', name = ''] = /^aws:(\w+)\/\w+:(\w+)$/.exec(type) ?? [];
    expect(await typeOf(module, name)).toBe(type);
  }
});

/** Prices of us-east-1, which are easy to look up. */
const facts = { ...pricesIn(TABLE, 'us-east-1') };

type Behind = Readonly<Record<string, readonly [type: string, inputs: object]>>;

/** What a resource is billed, which others stand behind by its inputs. */
function chargesOf(type: string, inputs: object, behind: Behind = {}): readonly Charge[] {
  const others = Object.entries(behind).map(([input, [of, given]]) => declared(of, input, given));
  const resource = { ...declared(type, 'it', inputs), propertyDependencies: dependencies(behind) };
  const region = declared('pulumi:providers:aws', 'aws', { region: 'us-east-1' });
  const estimated = estimate([region, ...others, resource], 'acme-dev', costs, TABLE);
  expect(estimated.region).toBe('us-east-1');
  const notPriced = estimated.notPriced.map(({ why }) => ({ what: why, idle: undefined }));
  return [...estimated.lines.filter((line) => line.type === type), ...notPriced];
}

function declared(type: string, name: string, inputs: object): DeclaredResource {
  const options = { protect: false, retainOnDelete: false, ignoreChanges: [], deletedWith: undefined };
  return {
    ...{ type, name, urn: `urn:${name}`, parent: undefined, isCustom: true, inputs: { ...inputs } },
    ...{ secretInputs: [], propertyDependencies: {}, dependencies: [], provider: '' },
    options: { ...options, additionalSecretOutputs: [] },
  };
}

function dependencies(behind: Behind): Record<string, string[]> {
  return Object.fromEntries(Object.keys(behind).map((input) => [input, [`urn:${input}`]]));
}

const total = (charges: readonly Charge[]) => charges.reduce((sum, { idle = Number.NaN }) => sum + idle, 0);

const CONFIG = 'aws:sagemaker/endpointConfiguration:EndpointConfiguration';
const CLUSTER = 'aws:rds/cluster:Cluster';
const TASK = 'aws:ecs/taskDefinition:TaskDefinition';
const FUNCTION = 'aws:lambda/function:Function';

const aurora = (minCapacity: number): Behind => ({
  clusterIdentifier: [CLUSTER, { serverlessv2ScalingConfiguration: { minCapacity, maxCapacity: 16 } }],
});
const variant = (settings: object): Behind => ({ endpointConfigName: [CONFIG, { productionVariants: [settings] }] });

/** Idle in a month, in us-east-1: by hand from the price list. */
const CASES: readonly (readonly [type: string, idle: number, inputs: object, behind?: Behind])[] = [
  ['aws:kms/key:Key', 1, {}],
  ['aws:secretsmanager/secret:Secret', 0.4, {}],
  ['aws:ssm/parameter:Parameter', 0, {}],
  ['aws:ssm/parameter:Parameter', 0.05, { tier: 'Advanced' }],
  ['aws:accessanalyzer/analyzer:Analyzer', 0, { type: 'ACCOUNT_UNUSED_ACCESS' }],
  ['aws:ec2/natGateway:NatGateway', 32.85, {}],
  ['aws:ec2/eip:Eip', 3.65, {}],
  ['aws:ec2/vpcEndpoint:VpcEndpoint', 0, { vpcEndpointType: 'Gateway' }],
  ['aws:ec2/vpcEndpoint:VpcEndpoint', 14.6, { vpcEndpointType: 'Interface', subnetIds: ['a', 'b'] }],
  ['aws:ec2/flowLog:FlowLog', 0, {}],
  ['aws:lb/loadBalancer:LoadBalancer', 16.425, { internal: true, subnets: ['a', 'b'] }],
  ['aws:lb/loadBalancer:LoadBalancer', 16.425 + 7.3, { internal: false, subnets: ['a', 'b'] }],
  ['aws:route53/zone:Zone', 0.5, {}],
  ['aws:cloudfront/distribution:Distribution', 0, {}],
  ['aws:wafv2/webAcl:WebAcl', 8, { rules: [{}, {}, {}] }],
  ['aws:apigateway/stage:Stage', 0, {}],
  ['aws:apigateway/stage:Stage', 14.6, { cacheClusterEnabled: true, cacheClusterSize: '0.5' }],
  ['aws:apigatewayv2/api:Api', 0, {}],
  ['aws:ecs/service:Service', 36.04, { desiredCount: 1 }, { taskDefinition: [TASK, { cpu: '1024', memory: '2048' }] }],
  ['aws:lambda/function:Function', 0, { architectures: ['arm64'] }],
  [
    'aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig',
    21.9,
    { provisionedConcurrentExecutions: 2 },
    { functionName: [FUNCTION, { memorySize: 1024 }] },
  ],
  ['aws:batch/computeEnvironment:ComputeEnvironment', 0, { computeResources: { maxVcpus: 16 } }],
  ['aws:eks/cluster:Cluster', 73, {}],
  ['aws:eks/nodeGroup:NodeGroup', 0, { scalingConfig: { desiredSize: 0 } }],
  ['aws:sagemaker/endpoint:Endpoint', 167.9, {}, variant({ instanceType: 'ml.m5.large', initialInstanceCount: 2 })],
  ['aws:sagemaker/endpoint:Endpoint', 0, {}, variant({ serverlessConfig: { memorySizeInMb: 2048 } })],
  ['aws:sagemaker/mlflowTrackingServer:MlflowTrackingServer', 438, {}],
  ['aws:sagemaker/featureGroup:FeatureGroup', 0, { onlineStoreConfig: { enableOnlineStore: true } }],
  [
    'aws:sagemaker/featureGroup:FeatureGroup',
    5.694,
    {
      onlineStoreConfig: { enableOnlineStore: true },
      throughputConfig: {
        throughputMode: 'Provisioned',
        provisionedWriteCapacityUnits: 10,
        provisionedReadCapacityUnits: 10,
      },
    },
  ],
  ['aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition', 0, jobOn('ml.m5.large')],
  ['aws:sagemaker/domain:Domain', 0, {}],
  ['aws:sagemaker/pipeline:Pipeline', 0, {}],
  ['aws:s3/bucket:Bucket', 0, {}],
  ['aws:s3/bucketIntelligentTieringConfiguration:BucketIntelligentTieringConfiguration', 0, {}],
  ['aws:ecr/repository:Repository', 0, {}],
  ['aws:ecr/registryScanningConfiguration:RegistryScanningConfiguration', 0, { scanType: 'ENHANCED' }],
  ['aws:athena/workgroup:Workgroup', 0, {}],
  ['aws:glue/job:Job', 0, { executionClass: 'FLEX' }],
  ['aws:glue/crawler:Crawler', 0, {}],
  ['aws:glue/dataQualityRuleset:DataQualityRuleset', 0, {}],
  [CLUSTER, 0.4, { manageMasterUserPassword: true }],
  ['aws:rds/clusterInstance:ClusterInstance', 87.6, { instanceClass: 'db.serverless' }, aurora(1)],
  ['aws:rds/clusterInstance:ClusterInstance', 0, { instanceClass: 'db.serverless' }, aurora(0)],
  ['aws:rds/proxy:Proxy', 87.6, {}],
  ['aws:elasticache/serverlessCache:ServerlessCache', 6.132, {}],
  ['aws:dynamodb/table:Table', 0, { billingMode: 'PAY_PER_REQUEST' }],
  ['aws:backup/vault:Vault', 0, {}],
  ['aws:efs/fileSystem:FileSystem', 0, {}],
  ['aws:kinesis/stream:Stream', 29.2, { streamModeDetails: { streamMode: 'ON_DEMAND' } }],
  ['aws:kinesis/stream:Stream', 21.9, { shardCount: 2 }],
  ['aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream', 0, {}],
  ['aws:msk/serverlessCluster:ServerlessCluster', 547.5, {}],
  ['aws:sqs/queue:Queue', 0, {}],
  ['aws:sns/topic:Topic', 0, {}],
  ['aws:cloudwatch/eventBus:EventBus', 0, {}],
  ['aws:cloudwatch/eventArchive:EventArchive', 0, {}],
  ['aws:cloudwatch/eventApiDestination:EventApiDestination', 0, {}],
  ['aws:pipes/pipe:Pipe', 0, {}],
  ['aws:scheduler/schedule:Schedule', 0, {}],
  ['aws:sfn/stateMachine:StateMachine', 0, { type: 'EXPRESS' }],
  ['aws:cloudwatch/metricAlarm:MetricAlarm', 0.1, {}],
  [
    'aws:cloudwatch/metricAlarm:MetricAlarm',
    0.2,
    { metricQueries: [{ metric: {} }, { metric: {} }, { expression: 'a/b' }] },
  ],
  ['aws:cloudwatch/compositeAlarm:CompositeAlarm', 0.5, {}],
  ['aws:cloudwatch/dashboard:Dashboard', 3, {}],
  ['aws:cloudwatch/logDelivery:LogDelivery', 0, {}],
  ['aws:cloudwatch/logGroup:LogGroup', 0, {}],
  ['aws:cloudwatch/logMetricFilter:LogMetricFilter', 0, {}],
  ['aws:cloudtrail/trail:Trail', 0, {}],
  ['aws:budgets/budgetAction:BudgetAction', 0, {}],
];

function jobOn(instanceType: string) {
  return { jobResources: { clusterConfig: { instanceType } } };
}

for (const [type, idle, inputs, behind] of CASES) {
  test(`${type} ${JSON.stringify(inputs)} costs ${idle} a month idle`, () => {
    expect(total(chargesOf(type, inputs, behind))).toBeCloseTo(idle, 2);
  });
}

test('each priced type has a case', () => {
  const tested = CASES.map(([type]) => type);
  expect(Object.keys(PRICERS).filter((type) => !tested.includes(type))).toEqual([]);
});

test('an autoscaled service costs its least tasks', () => {
  const task = declared(TASK, 'task', { cpu: '1024', memory: '2048', runtimePlatform: { cpuArchitecture: 'ARM64' } });
  const service = {
    ...declared('aws:ecs/service:Service', 'service', { desiredCount: 1 }),
    propertyDependencies: { taskDefinition: [task.urn] },
  };
  const target = {
    ...declared('aws:appautoscaling/target:Target', 'target', { minCapacity: 3 }),
    propertyDependencies: { resourceId: [service.urn] },
  };
  const region = declared('pulumi:providers:aws', 'aws', { region: 'us-east-1' });
  const { idlePerMonth, commitments } = estimate([region, task, service, target], 'acme-dev', costs, TABLE);
  const perTask = (Number(facts.find('fargate.arm.cpu')) + 2 * Number(facts.find('fargate.arm.memory'))) * 730;
  expect(idlePerMonth).toBeCloseTo(3 * perTask);
  expect(commitments.map(({ name }) => name)).toEqual(['Compute Savings Plan']);
});

test.each([
  [
    'an instance type that is not in the table',
    'aws:sagemaker/endpoint:Endpoint',
    {},
    variant({ instanceType: 'ml.x9.huge' }),
  ],
  ['an endpoint whose config is not known', 'aws:sagemaker/endpoint:Endpoint', {}, {}],
  ['a service whose task is not known', 'aws:ecs/service:Service', {}, {}],
  ['machines of Kubernetes that always run', 'aws:eks/nodeGroup:NodeGroup', { scalingConfig: { desiredSize: 2 } }, {}],
  ['a table with units held ready', 'aws:dynamodb/table:Table', { billingMode: 'PROVISIONED' }, {}],
  ['a database on a fixed machine', 'aws:rds/clusterInstance:ClusterInstance', { instanceClass: 'db.r6g.large' }, {}],
  ['features in memory', 'aws:sagemaker/featureGroup:FeatureGroup', inMemory(), {}],
  [
    'data quality on an unknown machine',
    'aws:sagemaker/dataQualityJobDefinition:DataQualityJobDefinition',
    jobOn('ml.x'),
    {},
  ],
] as const)('%s is not priced, instead of free', (_, type, inputs, behind) => {
  expect(chargesOf(type, inputs, behind).map(({ idle }) => idle)).toEqual([undefined]);
});

function inMemory() {
  return { onlineStoreConfig: { enableOnlineStore: true, storageType: 'InMemory' } };
}

test('every price in the table is one that something uses', () => {
  const text = globSync('*.ts', { cwd: fileURLToPath(new URL('.', import.meta.url)) })
    .filter((file) => !file.endsWith('.test.ts'))
    .map((file) => readFileSync(new URL(file, import.meta.url), 'utf8'))
    .join('\n');
  const composed = /^(ml\.|tracking\.|api\.cache\.|fargate\.)/;
  const unused = Object.keys(TABLE.prices).filter((key) => !composed.test(key) && !text.includes(`'${key}'`));
  expect(unused).toEqual([]);
});

test("the budget is the stack's smallest", () => {
  const budget = (limitAmount: string) => declared('aws:budgets/budget:Budget', limitAmount, { limitAmount });
  expect(costs.budgetOf([])).toBeUndefined();
  expect(costs.budgetOf([budget('600'), budget('50')])).toBe(50);
});
