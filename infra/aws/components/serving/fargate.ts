import * as appautoscaling from '@pulumi/aws/appautoscaling/index.js';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as ecs from '@pulumi/aws/ecs/index.js';
import * as wafv2 from '@pulumi/aws/wafv2/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeFirewall } from '../cdn/firewall.ts';
import { makeRole } from '../access/role.ts';
import { allow, trustOf } from '../access/statements.ts';
import type { Stoppable } from '../cost-control/off-hours-calls.ts';
import { makeFargateAlarms } from './fargate-alarms.ts';
import { type MadeLoadBalancer, makeLoadBalancer, PORT } from './load-balancer.ts';
import type { ServingArgs } from './serving.ts';

type Options = pulumi.CustomResourceOptions;

export interface MadeFargate {
  readonly balancer: MadeLoadBalancer;
  readonly alarms: readonly cloudwatch.MetricAlarm[];
  /** What is stopped at night, and started again. */
  readonly stoppable?: NonNullable<Stoppable['fargate']>;
}

const CONTAINER = 'model-server';
/** Never pulled: no task of it is started. Amazon's smallest public image. */
const PLACEHOLDER_IMAGE = 'public.ecr.aws/docker/library/busybox:stable';

/** Tasks on Fargate behind a load balancer; before there is an image, a service of no task holds their place. */
export function makeFargate(name: string, args: ServingArgs, options: Options): MadeFargate {
  const balancer = makeLoadBalancer(name, args, options);
  if (args.isPublic) protectFromInternet(`${name}-firewall`, balancer, args, options);
  const cluster = new ecs.Cluster(name, { settings: [{ name: 'containerInsights', value: 'enabled' }] }, options);
  const capacityProviders = ['FARGATE', 'FARGATE_SPOT'];
  const providers = new ecs.ClusterCapacityProviders(name, { clusterName: cluster.name, capacityProviders }, options);
  const task = taskDefinition(name, args, options);
  const shared = {
    cluster: cluster.arn,
    taskDefinition: task.arn,
    networkConfiguration: {
      subnets: [...args.privateSubnetIds],
      securityGroups: [args.workloadSecurityGroupId, balancer.taskSecurityGroup.id],
      assignPublicIp: false,
    },
    propagateTags: 'SERVICE',
    enableEcsManagedTags: true,
  };
  const after = { ...options, dependsOn: [providers, balancer.rule] };
  if (args.imageDigest === undefined) {
    new ecs.Service(`${name}-placeholder`, { ...shared, launchType: 'FARGATE', desiredCount: 0 }, after);
    return { balancer, alarms: [] };
  }
  const alarms = makeFargateAlarms(name, balancer, args, options);
  const service = new ecs.Service(
    name,
    {
      ...shared,
      desiredCount: args.minTasks,
      capacityProviderStrategies: capacityProviderStrategies(args),
      healthCheckGracePeriodSeconds: 60,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      deploymentConfiguration: deploymentConfiguration(args),
      alarms: { enable: true, rollback: true, alarmNames: alarms.map((alarm) => alarm.name) },
      loadBalancers: [target(name, balancer, args, options)],
    },
    {
      ...after,
      // Autoscaling sets the count; with deploys of their own, those set the version as well.
      ignoreChanges: ['desiredCount', ...(args.deploysOwnTraffic ? ['taskDefinition'] : [])],
    },
  );
  scale(name, pulumi.interpolate`service/${cluster.name}/${service.name}`, args, options);
  const { name: clusterName } = cluster;
  const { name: serviceName, arn: serviceArn } = service;
  return { balancer, alarms, stoppable: { clusterName, serviceName, serviceArn, desiredCount: args.minTasks } };
}

function protectFromInternet(name: string, { balancer }: MadeLoadBalancer, args: ServingArgs, options: Options): void {
  const { firewallRate: ratePer5Minutes, logsKeyArn, logRetentionDays } = args;
  const parts = { scope: 'REGIONAL', ratePer5Minutes, logsKeyArn, logRetentionDays } as const;
  const { arn } = makeFirewall(name, parts, options);
  new wafv2.WebAclAssociation(name, { resourceArn: balancer.arn, webAclArn: arn }, options);
}

function taskDefinition(name: string, args: ServingArgs, options: Options): ecs.TaskDefinition {
  const { imageDigest, repositoryUrl, context, command, environment } = args;
  const log = new cloudwatch.LogGroup(
    name,
    { name: `/${context.named.prefix}/serving`, retentionInDays: args.logRetentionDays, kmsKeyId: args.logsKeyArn },
    options,
  );
  const container = {
    name: CONTAINER,
    image: imageDigest === undefined ? PLACEHOLDER_IMAGE : pulumi.interpolate`${repositoryUrl}@${imageDigest}`,
    essential: true,
    command,
    environment: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
    portMappings: [{ containerPort: PORT, protocol: 'tcp' }],
    logConfiguration: {
      logDriver: 'awslogs',
      options: { 'awslogs-group': log.name, 'awslogs-region': context.region, 'awslogs-stream-prefix': CONTAINER },
    },
  };
  return new ecs.TaskDefinition(
    name,
    {
      family: name,
      requiresCompatibilities: ['FARGATE'],
      networkMode: 'awsvpc',
      cpu: String(args.cpu),
      memory: String(args.memoryMb),
      taskRoleArn: args.servingRoleArn,
      executionRoleArn: args.servingRoleArn,
      containerDefinitions: pulumi.jsonStringify([container]),
    },
    options,
  );
}

/** The least number of tasks is on machines that stay; of those beyond, a share isn't. */
function capacityProviderStrategies({ spotPercent, minTasks, context }: ServingArgs) {
  const base = context.isDisposable ? 0 : minTasks;
  return [
    ...(spotPercent < 100 || base > 0 ? [{ capacityProvider: 'FARGATE', base, weight: 100 - spotPercent }] : []),
    ...(spotPercent > 0 ? [{ capacityProvider: 'FARGATE_SPOT', weight: spotPercent }] : []),
  ];
}

function deploymentConfiguration({ traffic, trafficPercent, trafficWaitSeconds, bakeMinutes }: ServingArgs) {
  const bakeTimeInMinutes = String(bakeMinutes);
  const wait = String(Math.ceil(trafficWaitSeconds / 60));
  if (traffic === 'canary') {
    const canaryConfiguration = { canaryPercent: trafficPercent, canaryBakeTimeInMinutes: wait };
    return { strategy: 'CANARY', bakeTimeInMinutes, canaryConfiguration };
  }
  if (traffic === 'linear') {
    const linearConfiguration = { stepPercent: trafficPercent, stepBakeTimeInMinutes: wait };
    return { strategy: 'LINEAR', bakeTimeInMinutes, linearConfiguration };
  }
  return { strategy: 'BLUE_GREEN', bakeTimeInMinutes };
}

function target(name: string, balancer: MadeLoadBalancer, args: ServingArgs, options: Options) {
  return {
    containerName: CONTAINER,
    containerPort: PORT,
    targetGroupArn: balancer.blue.arn,
    advancedConfiguration: {
      alternateTargetGroupArn: balancer.green.arn,
      productionListenerRule: balancer.rule.arn,
      roleArn: deployRole(name, balancer, args, options).arn,
    },
  };
}

/** https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html */
function deployRole(name: string, { blue, green, rule }: MadeLoadBalancer, args: ServingArgs, options: Options) {
  const elb = (...actions: string[]) => actions.map((action) => `elasticloadbalancing:${action}`);
  const see = elb('DescribeListeners', 'DescribeRules', 'DescribeTargetGroups', 'DescribeTargetHealth');
  const statements = pulumi.all([blue.arn, green.arn, rule.arn, rule.listenerArn]).apply((arns) => {
    const [blueArn, greenArn, ruleArn, listenerArn] = arns;
    return [
      allow('MoveTraffic', elb('ModifyRule', 'ModifyListener'), [ruleArn, listenerArn]),
      allow('MoveTasks', elb('RegisterTargets', 'DeregisterTargets'), [blueArn, greenArn]),
      allow('SeeTraffic', see, ['*']),
    ];
  });
  const { permissionsBoundary } = args;
  const trust = trustOf(['ecs'], args.context.account);
  const description = 'Moves requests from old tasks to new';
  return makeRole(`${name}-deploys`, { description, trust, statements, permissionsBoundary }, options);
}

function scale(name: string, resourceId: pulumi.Output<string>, args: ServingArgs, options: Options): void {
  const of = { serviceNamespace: 'ecs', scalableDimension: 'ecs:service:DesiredCount', resourceId };
  const capacity = { minCapacity: args.minTasks, maxCapacity: args.maxTasks };
  const registered = new appautoscaling.Target(name, { ...of, ...capacity }, options);
  const after = { ...options, dependsOn: registered };
  new appautoscaling.Policy(
    name,
    {
      ...of,
      policyType: 'TargetTrackingScaling',
      targetTrackingScalingPolicyConfiguration: {
        targetValue: args.targetCpuPercent,
        predefinedMetricSpecification: { predefinedMetricType: 'ECSServiceAverageCPUUtilization' },
        scaleInCooldown: 300,
        scaleOutCooldown: 60,
      },
    },
    after,
  );
  for (const [index, { cron, timezone, min, max }] of args.schedules.entries()) {
    const scalableTargetAction = { minCapacity: min, maxCapacity: max };
    new appautoscaling.ScheduledAction(
      `${name}-${index}`,
      { ...of, schedule: cron, timezone, scalableTargetAction },
      after,
    );
  }
}
