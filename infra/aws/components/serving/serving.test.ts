import { describe, expect, test } from 'vitest';
import { runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { servingConfig } from './config.ts';
import { servingProblems } from './problems.ts';
import { Serving, type ServingArgs } from './serving.ts';

const DIGEST = `sha256:${'b'.repeat(64)}`;
const KEY = 'arn:aws:kms:eu-central-1:111111111111:key/data';
const TOPIC = 'arn:aws:sns:eu-central-1:111111111111:alerts';
const NAMED = {
  certificateArn: 'arn:aws:acm:eu-central-1:111111111111:certificate/1',
  hostName: 'models.acme.example',
};

const { dev, prod } = servingConfig.defaults;
const CONTEXT = { ...TEST_CONTEXT, environment: 'prod' as const, isProtected: true, isDisposable: false };

const ARGS: ServingArgs = {
  ...prod,
  context: CONTEXT,
  repositoryUrl: '111111111111.dkr.ecr.eu-central-1.amazonaws.com/acme-dev-model-server',
  servingRoleArn: 'arn:aws:iam::111111111111:role/mlp/serving',
  lakeBucketName: 'acme-dev-lake-1',
  logBucketName: 'acme-dev-logs-1',
  vpcId: 'vpc-1',
  networkCidr: '10.0.0.0/16',
  privateSubnetIds: ['subnet-a', 'subnet-b'],
  publicSubnetIds: ['subnet-c', 'subnet-d'],
  workloadSecurityGroupId: 'sg-workload',
  dataKeyArn: KEY,
  logsKeyArn: `${KEY}-logs`,
  alertsTopicArn: TOPIC,
};

type Given = { readonly [Name in keyof ServingArgs]?: ServingArgs[Name] | undefined };

const run = (args: Given) =>
  runComponent((options) => {
    const made = new Serving('acme-dev-serving', { ...ARGS, ...args } as ServingArgs, options);
    const { endpointName, url, loadBalancerArn, functionAliasArn, alarmArns, notMade, backend } = made;
    const { origin, stoppable } = made;
    const answered = { endpointName, url, loadBalancerArn, functionAliasArn, backend };
    const outputs = { ...answered, alarmArns, notMade, origin, stoppable };
    return Object.fromEntries(Object.entries(outputs).filter(([, value]) => value !== undefined));
  });

const types = (resources: readonly { type: string }[]) => resources.map(({ type }) => type.replace(/^.*:/, ''));

test('switched off nothing is served', async () => {
  const { resources, outputs } = await run({ kind: 'none', imageDigest: DIGEST });
  expect(types(resources.filter(({ isCustom }) => isCustom))).toEqual(['aws']);
  expect(outputs).toMatchObject({ alarmArns: [], stoppable: {} });
  expect(outputs.backend).toBeUndefined();
});

test.each(['endpoint', 'lambda'] as const)('%s without an image is not made, and the output says so', async (kind) => {
  const { resources, outputs } = await run({ kind });
  expect(resources.filter(({ isCustom }) => isCustom)).toHaveLength(1);
  expect(outputs.notMade).toContain('serving.imageDigest');
  expect(outputs.backend).toBeUndefined();
});

describe('an endpoint', () => {
  const served = { kind: 'endpoint', imageDigest: DIGEST, modelData: 's3://acme-dev-lake-1/models/a.tar.gz' } as const;

  test('has its model in the private network, its log first, a canary that an alarm takes back', async () => {
    const { one, all, outputs } = await run({ ...served, tags: { team: 'ml' } });
    expect(one('aws:sagemaker/model:Model').inputs).toMatchObject({
      primaryContainer: {
        image: `${ARGS.repositoryUrl}@${DIGEST}`,
        mode: 'SingleModel',
        modelDataUrl: served.modelData,
      },
      vpcConfig: { subnets: ['subnet-a', 'subnet-b'], securityGroupIds: ['sg-workload'] },
    });
    const configuration = one('aws:sagemaker/endpointConfiguration:EndpointConfiguration').inputs;
    expect(configuration).toMatchObject({
      namePrefix: 'acme-dev-serving-',
      kmsKeyArn: KEY,
      productionVariants: [{ variantName: 'champion', initialVariantWeight: 1, initialInstanceCount: 2 }],
      dataCaptureConfig: {
        initialSamplingPercentage: 20,
        destinationS3Uri: 's3://acme-dev-lake-1/predictions/capture',
      },
    });
    expect(configuration.name).toBeUndefined();
    const endpoint = one('aws:sagemaker/endpoint:Endpoint');
    const alarms = all('aws:cloudwatch/metricAlarm:MetricAlarm');
    expect(alarms.map(({ inputs }) => [inputs.metricName, inputs.threshold, inputs.alarmActions])).toEqual([
      ['Invocation5XXErrors', 5, [TOPIC]],
      ['ModelLatency', 1_000_000, [TOPIC]],
    ]);
    expect(endpoint.inputs.deploymentConfig).toMatchObject({
      autoRollbackConfiguration: { alarms: [{ alarmName: expect.any(String) }, { alarmName: expect.any(String) }] },
      blueGreenUpdatePolicy: {
        trafficRoutingConfiguration: {
          type: 'CANARY',
          canarySize: { type: 'CAPACITY_PERCENT', value: 10 },
          waitIntervalInSeconds: 300,
        },
      },
    });
    const log = one('aws:cloudwatch/logGroup:LogGroup');
    expect(log.inputs).toMatchObject({ name: '/aws/sagemaker/Endpoints/acme-dev-serving', retentionInDays: 365 });
    expect(endpoint.dependencies).toContain(log.urn);
    expect(outputs).toMatchObject({ endpointName: 'acme-dev-serving', backend: { kind: 'endpoint' } });
    expect(outputs.stoppable).toMatchObject({
      endpoint: { name: 'acme-dev-serving', keyArn: KEY, tags: { team: 'ml' } },
    });
  });

  test('whose versions deploys bring is left alone by the stack in prod, and nowhere else', async () => {
    const ignored = async (args: Given) => {
      const { one } = await run({ ...served, ...args });
      const types = ['endpoint:Endpoint', 'endpointConfiguration:EndpointConfiguration', 'model:Model'];
      return types.map((type) => one(`aws:sagemaker/${type}`).options.ignoreChanges);
    };
    expect(await ignored({})).toEqual([
      ['endpointConfigName'],
      ['productionVariants', 'shadowProductionVariants'],
      ['primaryContainer'],
    ]);
    expect(await ignored({ deploysOwnTraffic: servingConfig.defaults.staging.deploysOwnTraffic })).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('grows by requests, and by the clock', async () => {
    const schedules = [{ cron: 'cron(0 7 ? * MON-FRI *)', timezone: 'Europe/Berlin', min: 4, max: 8 }];
    const { one } = await run({ ...served, schedules });
    const resourceId = 'endpoint/acme-dev-serving/variant/champion';
    const scalableDimension = 'sagemaker:variant:DesiredInstanceCount';
    expect(one('aws:appautoscaling/target:Target').inputs).toMatchObject({
      ...{ serviceNamespace: 'sagemaker', scalableDimension, resourceId, minCapacity: 2, maxCapacity: 6 },
    });
    expect(one('aws:appautoscaling/policy:Policy').inputs).toMatchObject({
      targetTrackingScalingPolicyConfiguration: {
        targetValue: 1000,
        predefinedMetricSpecification: { predefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
      },
    });
    expect(one('aws:appautoscaling/scheduledAction:ScheduledAction').inputs).toMatchObject({
      schedule: schedules[0]?.cron,
      scalableTargetAction: { minCapacity: 4, maxCapacity: 8 },
    });
  });

  test('has variants by weight, and shadows, each with its own image', async () => {
    const other = `sha256:${'c'.repeat(64)}`;
    const machine = { instanceType: 'ml.m5.large', minInstances: 1, maxInstances: 1 };
    const { one, all } = await run({
      ...served,
      traffic: 'linear',
      variants: [
        { name: 'champion', weight: 9, ...machine },
        { name: 'challenger', weight: 1, imageDigest: other, ...machine },
      ],
      shadowVariants: [{ name: 'shadow', weight: 1, imageDigest: other, ...machine }],
    });
    const { inputs } = one('aws:sagemaker/endpointConfiguration:EndpointConfiguration');
    expect(inputs).toMatchObject({
      productionVariants: [{ initialVariantWeight: 9 }, { initialVariantWeight: 1 }],
      shadowProductionVariants: [{ variantName: 'shadow' }],
    });
    const images = all('aws:sagemaker/model:Model').map((model) => model.inputs.primaryContainer as { image: string });
    expect(images.map(({ image }) => image.slice(-1))).toEqual(['c', 'b', 'c']);
    expect(all('aws:appautoscaling/target:Target')).toEqual([]);
    expect(one('aws:sagemaker/endpoint:Endpoint').inputs.deploymentConfig).toMatchObject({
      blueGreenUpdatePolicy: { trafficRoutingConfiguration: { type: 'LINEAR', linearStepSize: { value: 10 } } },
    });
  });

  test('that is serverless has no machines, network, capture or traffic of steps; what is warm grows', async () => {
    const variant = { name: 'champion', weight: 1, minInstances: 0, maxInstances: 1, memoryMb: 4096 as const };
    const variants = [{ ...variant, maxConcurrency: 10, provisionedConcurrency: 2 }];
    const { one } = await run({ ...served, variants, capturePercent: 0, traffic: 'all-at-once' });
    const { inputs } = one('aws:sagemaker/endpointConfiguration:EndpointConfiguration');
    expect(inputs.productionVariants).toEqual([
      expect.objectContaining({
        serverlessConfig: { memorySizeInMb: 4096, maxConcurrency: 10, provisionedConcurrency: 2 },
      }),
    ]);
    expect(inputs.kmsKeyArn).toBeUndefined();
    expect(one('aws:sagemaker/model:Model').inputs.vpcConfig).toBeUndefined();
    expect(one('aws:sagemaker/endpoint:Endpoint').inputs.deploymentConfig).toBeUndefined();
    expect(one('aws:appautoscaling/target:Target').inputs).toMatchObject({
      scalableDimension: 'sagemaker:variant:DesiredProvisionedConcurrency',
      minCapacity: 2,
      maxCapacity: 10,
    });
  });

  test('of several models names a prefix; an async one answers into the lake, and scales to nothing', async () => {
    const many = await run({ ...served, multiModel: true, modelData: 's3://acme-dev-lake-1/models/' });
    expect(many.one('aws:sagemaker/model:Model').inputs.primaryContainer).toMatchObject({ mode: 'MultiModel' });
    const variants = [{ name: 'batch', weight: 1, instanceType: 'ml.m5.large', minInstances: 0, maxInstances: 3 }];
    const { one } = await run({ ...served, variants, asyncConcurrency: 4 });
    expect(one('aws:sagemaker/endpointConfiguration:EndpointConfiguration').inputs.asyncInferenceConfig).toMatchObject({
      clientConfig: { maxConcurrentInvocationsPerInstance: 4 },
      outputConfig: { s3OutputPath: 's3://acme-dev-lake-1/predictions/async', kmsKeyId: KEY },
    });
    expect(one('aws:appautoscaling/target:Target').inputs.minCapacity).toBe(0);
    expect(one('aws:appautoscaling/policy:Policy').inputs.targetTrackingScalingPolicyConfiguration).toMatchObject({
      customizedMetricSpecification: { metricName: 'ApproximateBacklogSizePerInstance' },
    });
  });
});

describe('Fargate', () => {
  const fargate = {
    kind: 'fargate' as const,
    ...NAMED,
    command: ['--model', 'flight-delays'],
  } satisfies Given;
  const served = { ...fargate, imageDigest: DIGEST };
  const containerOf = ({ inputs }: { inputs: Readonly<Record<string, unknown>> }) =>
    JSON.parse(String(inputs.containerDefinitions))[0];

  test('without an image is a service of no task, with no alarm that would ring for it', async () => {
    const { one, all, outputs } = await run(fargate);
    const service = one('aws:ecs/service:Service');
    expect(service.name).toBe('acme-dev-serving-placeholder');
    expect(service.inputs.desiredCount).toBe(0);
    expect(service.inputs.loadBalancers).toBeUndefined();
    expect(all('aws:cloudwatch/metricAlarm:MetricAlarm')).toEqual([]);
    expect(all('aws:appautoscaling/target:Target')).toEqual([]);
    expect(outputs.notMade).toContain('serving.imageDigest');
    expect(outputs.backend).toBeUndefined();
  });

  test('with one replaces it by tasks that a failed deploy or an alarm takes back', async () => {
    const { one, outputs } = await run(served);
    const service = one('aws:ecs/service:Service');
    expect(service.name).toBe('acme-dev-serving');
    expect(service.inputs).toMatchObject({
      desiredCount: 2,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      alarms: {
        enable: true,
        rollback: true,
        alarmNames: [expect.any(String), expect.any(String), expect.any(String)],
      },
      deploymentConfiguration: {
        strategy: 'CANARY',
        bakeTimeInMinutes: '10',
        canaryConfiguration: { canaryPercent: 10 },
      },
      capacityProviderStrategies: [{ capacityProvider: 'FARGATE', base: 2, weight: 100 }],
      networkConfiguration: { assignPublicIp: false, subnets: ['subnet-a', 'subnet-b'] },
      loadBalancers: [
        {
          containerPort: 8080,
          advancedConfiguration: { alternateTargetGroupArn: expect.stringContaining('acme-dev-green') },
        },
      ],
    });
    const container = containerOf(one('aws:ecs/taskDefinition:TaskDefinition'));
    expect(container).toMatchObject({ image: `${ARGS.repositoryUrl}@${DIGEST}`, command: fargate.command });
    expect(outputs).toMatchObject({ backend: { kind: 'load-balancer' }, url: expect.stringMatching(/^https:/) });
    expect(outputs.alarmArns).toHaveLength(3);
    expect(outputs.origin).toMatchObject({ kind: 'load-balancer', hostName: 'models.acme.example' });
    expect(outputs.stoppable).toMatchObject({
      fargate: { desiredCount: 2, serviceArn: expect.stringMatching(/^arn:/) },
    });
  });

  test('leaves to others what they set: the count, the weights, in prod the version', async () => {
    const prodRun = await run(served);
    expect(prodRun.one('aws:ecs/service:Service').options.ignoreChanges).toEqual(['desiredCount', 'taskDefinition']);
    expect(prodRun.one('aws:lb/listenerRule:ListenerRule').options.ignoreChanges).toEqual(['actions']);
    const devRun = await run({ ...served, deploysOwnTraffic: false });
    expect(devRun.one('aws:ecs/service:Service').options.ignoreChanges).toEqual(['desiredCount']);
  });

  test('is reached by TLS alone, from the network, or from the internet where config says so', async () => {
    const { one, all } = await run(served);
    expect(one('aws:lb/listener:Listener').inputs).toMatchObject({ protocol: 'HTTPS', port: 443 });
    const { transforms } = one('aws:lb/listenerRule:ListenerRule').inputs;
    expect(transforms).toMatchObject([{ urlRewriteConfig: { rewrite: { regex: '^/live/(.*)$', replace: '/$1' } } }]);
    expect(one('aws:lb/listener:Listener').inputs.sslPolicy).toMatch(/TLS13-1-2/);
    const balancer = one('aws:lb/loadBalancer:LoadBalancer');
    expect(balancer.inputs).toMatchObject({
      internal: true,
      enableDeletionProtection: true,
      subnets: ['subnet-a', 'subnet-b'],
    });
    expect(balancer.options.protect).toBe(true);
    const open = all('aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule').map(({ inputs }) => inputs);
    expect(open).toMatchObject([
      { cidrIpv4: '10.0.0.0/16', fromPort: 443 },
      { fromPort: 8080, referencedSecurityGroupId: expect.any(String) },
    ]);
    expect(all('aws:wafv2/webAcl:WebAcl')).toEqual([]);
    const publicly = await run({ ...served, isPublic: true });
    expect(publicly.one('aws:wafv2/webAclAssociation:WebAclAssociation').inputs.resourceArn).toContain('load-balancer');
    expect(publicly.one('aws:lb/loadBalancer:LoadBalancer').inputs).toMatchObject({
      internal: false,
      subnets: ['subnet-c', 'subnet-d'],
    });
  });

  test('counts the healthy tasks of both groups, for a deploy moves them', async () => {
    const { all } = await run(served);
    const healthy = all('aws:cloudwatch/metricAlarm:MetricAlarm').find(({ name }) => name.endsWith('healthy'));
    expect(healthy?.inputs).toMatchObject({ comparisonOperator: 'LessThanThreshold', treatMissingData: 'breaching' });
    expect(healthy?.inputs.metricQueries).toHaveLength(3);
  });

  test('takes spot machines for a share in dev, and none below the least number in staging', async () => {
    const strategies = async (args: Given) =>
      (await run({ ...served, ...args })).one('aws:ecs/service:Service').inputs.capacityProviderStrategies;
    expect(await strategies({ ...dev, ...served, context: TEST_CONTEXT })).toEqual([
      { capacityProvider: 'FARGATE_SPOT', weight: 100 },
    ]);
    expect(await strategies({ spotPercent: 50, minTasks: 1 })).toEqual([
      { capacityProvider: 'FARGATE', base: 1, weight: 50 },
      { capacityProvider: 'FARGATE_SPOT', weight: 50 },
    ]);
  });

  test.each([
    ['all-at-once', { strategy: 'BLUE_GREEN' }],
    ['linear', { strategy: 'LINEAR', linearConfiguration: { stepPercent: 10, stepBakeTimeInMinutes: '5' } }],
  ] as const)('goes over %s', async (traffic, wanted) => {
    const { one } = await run({ ...served, traffic });
    expect(one('aws:ecs/service:Service').inputs.deploymentConfiguration).toMatchObject(wanted);
  });
});

describe('a function', () => {
  const served = { kind: 'lambda', imageDigest: DIGEST } as const;

  test('is of the image, in the network, with its own log, behind an alias', async () => {
    const { one, all, outputs } = await run({ ...dev, ...served });
    expect(one('aws:lambda/function:Function').inputs).toMatchObject({
      packageType: 'Image',
      imageUri: `${ARGS.repositoryUrl}@${DIGEST}`,
      publish: true,
      kmsKeyArn: KEY,
      loggingConfig: { logFormat: 'JSON', logGroup: '/acme-dev/serving' },
      vpcConfig: { subnetIds: ['subnet-a', 'subnet-b'] },
    });
    const alias = one('aws:lambda/alias:Alias');
    expect(alias.inputs).toMatchObject({ name: 'live', functionVersion: '1' });
    expect(alias.options.ignoreChanges).toEqual([]);
    expect(all('aws:codedeploy/deploymentGroup:DeploymentGroup')).toEqual([]);
    expect(all('aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig')).toEqual([]);
    expect(outputs).toMatchObject({ backend: { kind: 'function', aliasName: 'live' } });
  });

  test.each([
    ['canary', 'CodeDeployDefault.LambdaCanary10Percent5Minutes'],
    ['linear', 'CodeDeployDefault.LambdaLinear10PercentEvery3Minutes'],
  ] as const)('goes over by %s with CodeDeploy, which owns the alias from then on', async (traffic, config) => {
    const { one } = await run({ ...served, traffic, trafficWaitSeconds: 300, provisionedConcurrency: 3 });
    expect(one('aws:lambda/alias:Alias').options.ignoreChanges).toEqual(['functionVersion', 'routingConfig']);
    expect(one('aws:codedeploy/deploymentGroup:DeploymentGroup').inputs).toMatchObject({
      deploymentConfigName: config,
      alarmConfiguration: { enabled: true, alarms: [expect.any(String), expect.any(String)] },
      autoRollbackConfiguration: { enabled: true },
    });
    const warm = one('aws:lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig');
    expect(warm.inputs).toMatchObject({ provisionedConcurrentExecutions: 3, qualifier: 'live' });
  });
});

describe('what does not go together is a problem', () => {
  const keys = (settings: Partial<typeof prod>) => servingProblems({ ...prod, ...settings }).map(({ key }) => key);
  const serverless = [{ name: 'aa', weight: 1, minInstances: 0, maxInstances: 1, memoryMb: 2048 as const }];
  const machine = { name: 'aa', weight: 1, instanceType: 'ml.m5.large', minInstances: 1, maxInstances: 1 };

  test('and the defaults go together', () => {
    for (const settings of Object.values(servingConfig.defaults)) expect(servingProblems(settings)).toEqual([]);
  });

  test.each([
    ['no variant', { variants: [] }, ['serving.variants']],
    ['two of one name', { variants: [machine, machine] }, ['serving.variants']],
    [
      'no machine',
      { variants: [{ name: 'aa', weight: 1, minInstances: 1, maxInstances: 1 }] },
      ['serving.variants.0.instanceType'],
    ],
    [
      'more at least than at most',
      { variants: [{ ...machine, minInstances: 2 }] },
      ['serving.variants.0.minInstances'],
    ],
    ['no machine at all', { variants: [{ ...machine, minInstances: 0 }] }, ['serving.variants.0.minInstances']],
    ['a serverless one with what it cannot', { variants: serverless }, ['serving.capturePercent', 'serving.traffic']],
    ['several models without a prefix', { multiModel: true, modelData: 's3://a/b.tar.gz' }, ['serving.modelData']],
    ['Fargate without a certificate', { kind: 'fargate' as const }, ['serving.certificateArn', 'serving.hostName']],
    ['a size that Fargate has not', { kind: 'fargate' as const, ...NAMED, memoryMb: 1024 }, ['serving.memoryMb']],
    ['a size that Lambda has not', { kind: 'lambda' as const, memoryMb: 20_000 }, ['serving.memoryMb']],
    [
      'more warm calls than there may be',
      { kind: 'lambda' as const, reservedConcurrency: 1, provisionedConcurrency: 2 },
      ['serving.provisionedConcurrency'],
    ],
  ])('%s', (_, settings, wanted) => {
    expect(keys(settings)).toEqual(wanted);
  });
});
