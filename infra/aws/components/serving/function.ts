import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as codedeploy from '@pulumi/aws/codedeploy/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeRole } from '../access/role.ts';
import { allow, trustOf } from '../access/statements.ts';
import { makeAlarm } from './alarm.ts';
import type { ServingArgs } from './serving.ts';

type Options = pulumi.CustomResourceOptions;

export interface MadeFunction {
  readonly functionName: pulumi.Output<string>;
  readonly alias: lambda.Alias;
  readonly alarms: readonly cloudwatch.MetricAlarm[];
}

const ALIAS = 'live';

/** A function of an image, and the alias that requests go to. */
export function makeFunction(name: string, imageDigest: string, args: ServingArgs, options: Options): MadeFunction {
  const log = new cloudwatch.LogGroup(
    name,
    {
      name: `/${args.context.named.prefix}/serving`,
      retentionInDays: args.logRetentionDays,
      kmsKeyId: args.logsKeyArn,
    },
    options,
  );
  const server = new lambda.Function(
    name,
    {
      role: args.servingRoleArn,
      packageType: 'Image',
      imageUri: pulumi.interpolate`${args.repositoryUrl}@${imageDigest}`,
      imageConfig: { commands: [...args.command] },
      environment: { variables: { ...args.environment } },
      kmsKeyArn: args.dataKeyArn,
      memorySize: args.memoryMb,
      timeout: args.timeoutSeconds,
      reservedConcurrentExecutions: args.reservedConcurrency,
      publish: true,
      loggingConfig: { logFormat: 'JSON', logGroup: log.name },
      vpcConfig: { subnetIds: [...args.privateSubnetIds], securityGroupIds: [args.workloadSecurityGroupId] },
    },
    options,
  );
  const alias = new lambda.Alias(
    name,
    { name: ALIAS, functionName: server.name, functionVersion: server.version },
    {
      ...options,
      // CodeDeploy moves the alias from one version to the next, by weights.
      ...(args.deploysOwnTraffic && { ignoreChanges: ['functionVersion', 'routingConfig'] }),
    },
  );
  if (args.provisionedConcurrency > 0) {
    const warm = { provisionedConcurrentExecutions: args.provisionedConcurrency };
    new lambda.ProvisionedConcurrencyConfig(
      name,
      { functionName: server.name, qualifier: alias.name, ...warm },
      options,
    );
  }
  const alarms = functionAlarms(name, server.name, args, options);
  if (args.traffic !== 'all-at-once') shiftTraffic(name, { server, alarms }, args, options);
  return { functionName: server.name, alias, alarms };
}

function functionAlarms(name: string, functionName: pulumi.Output<string>, args: ServingArgs, options: Options) {
  const Resource = pulumi.interpolate`${functionName}:${ALIAS}`;
  const of = { namespace: 'AWS/Lambda', dimensions: { FunctionName: functionName, Resource } };
  const failed = {
    description: `${name}: calls fail`,
    metric: 'Errors',
    statistic: 'Sum',
    above: args.alarm5xxPerMinute,
  } as const;
  const slow = {
    description: `${name}: answers are slow`,
    metric: 'Duration',
    statistic: 'p99',
    above: args.alarmP99Ms,
  } as const;
  return [
    makeAlarm(`${name}-5xx`, { ...of, ...failed }, [args.alertsTopicArn], options),
    makeAlarm(`${name}-p99`, { ...of, ...slow }, [args.alertsTopicArn], options),
  ];
}

interface Shifted {
  readonly server: lambda.Function;
  readonly alarms: readonly cloudwatch.MetricAlarm[];
}

/** What a deploy starts: CodeDeploy brings the alias to a new version step by step, and back where an alarm rings. */
function shiftTraffic(name: string, { server, alarms }: Shifted, args: ServingArgs, options: Options): void {
  const application = new codedeploy.Application(name, { computePlatform: 'Lambda' }, options);
  new codedeploy.DeploymentGroup(
    name,
    {
      appName: application.name,
      deploymentGroupName: ALIAS,
      serviceRoleArn: deployRole(name, { server, alarms }, args, options).arn,
      deploymentConfigName: codeDeployConfig(args),
      deploymentStyle: { deploymentType: 'BLUE_GREEN', deploymentOption: 'WITH_TRAFFIC_CONTROL' },
      alarmConfiguration: { enabled: true, alarms: alarms.map((alarm) => alarm.name) },
      autoRollbackConfiguration: { enabled: true, events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'] },
    },
    options,
  );
}

/** CodeDeploy's own steps know 10 percent alone. https://docs.aws.amazon.com/codedeploy/latest/userguide/deployment-configurations.html */
function codeDeployConfig({ traffic, trafficWaitSeconds }: ServingArgs): string {
  const minutes = trafficWaitSeconds / 60;
  if (traffic === 'linear')
    return `CodeDeployDefault.LambdaLinear10PercentEvery${nearest(minutes, [1, 2, 3, 10])}Minute${minutes < 1.5 ? '' : 's'}`;
  return `CodeDeployDefault.LambdaCanary10Percent${nearest(minutes, [5, 10, 15, 30])}Minutes`;
}

function nearest(value: number, choices: readonly number[]): number {
  return choices.reduce((best, one) => (Math.abs(one - value) < Math.abs(best - value) ? one : best));
}

function deployRole(name: string, { server, alarms }: Shifted, args: ServingArgs, options: Options) {
  const arns = pulumi.all([server.arn, pulumi.all(alarms.map((alarm) => alarm.arn))]);
  const lambdaActions = ['UpdateAlias', 'GetAlias', 'GetProvisionedConcurrencyConfig'].map(
    (action) => `lambda:${action}`,
  );
  const statements = arns.apply(([functionArn, alarmArns]) => [
    allow('MoveAlias', lambdaActions, [functionArn, `${functionArn}:${ALIAS}`]),
    allow('SeeAlarms', ['cloudwatch:DescribeAlarms'], alarmArns),
  ]);
  const trust = trustOf(['codedeploy'], args.context.account);
  const { permissionsBoundary } = args;
  const description = 'Moves requests from one version to the next';
  return makeRole(`${name}-deploys`, { description, trust, statements, permissionsBoundary }, options);
}
