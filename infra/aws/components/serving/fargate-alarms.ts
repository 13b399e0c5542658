import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import type * as pulumi from '@pulumi/pulumi';
import { makeAlarm, MINUTES } from './alarm.ts';
import type { MadeLoadBalancer } from './load-balancer.ts';
import type { ServingArgs } from './serving.ts';

/** Failed and slow answers, and no task that is well. */
export function makeFargateAlarms(
  name: string,
  { balancer, blue, green }: MadeLoadBalancer,
  args: ServingArgs,
  options: pulumi.CustomResourceOptions,
): readonly cloudwatch.MetricAlarm[] {
  const LoadBalancer = balancer.arnSuffix;
  const of = { namespace: 'AWS/ApplicationELB', dimensions: { LoadBalancer } };
  const failed = {
    description: `${name}: requests fail`,
    metric: 'HTTPCode_Target_5XX_Count',
    statistic: 'Sum',
    above: args.alarm5xxPerMinute,
  } as const;
  const slow = {
    description: `${name}: answers are slow`,
    metric: 'TargetResponseTime',
    statistic: 'p99',
    above: args.alarmP99Ms / 1000,
  } as const;
  const actions = [args.alertsTopicArn];
  return [
    makeAlarm(`${name}-5xx`, { ...of, ...failed }, actions, options),
    makeAlarm(`${name}-p99`, { ...of, ...slow }, actions, options),
    noHealthyHost(`${name}-healthy`, { LoadBalancer, groups: [blue.arnSuffix, green.arnSuffix] }, args, options),
  ];
}

/** A deploy moves the tasks from one group to the other, so those of both count. */
function noHealthyHost(
  name: string,
  { LoadBalancer, groups }: { LoadBalancer: pulumi.Input<string>; groups: readonly pulumi.Input<string>[] },
  args: ServingArgs,
  options: pulumi.CustomResourceOptions,
): cloudwatch.MetricAlarm {
  const counts = groups.map((TargetGroup, index) => ({
    id: `hosts${index}`,
    metric: {
      namespace: 'AWS/ApplicationELB',
      metricName: 'HealthyHostCount',
      dimensions: { LoadBalancer, TargetGroup },
      stat: 'Maximum',
      period: MINUTES.period,
    },
  }));
  const sum = counts.map(({ id }) => `FILL(${id}, 0)`).join(' + ');
  return new cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: `${name}: no task is well`,
      metricQueries: [...counts, { id: 'healthy', expression: sum, label: 'healthy tasks', returnData: true }],
      comparisonOperator: 'LessThanThreshold',
      threshold: 1,
      evaluationPeriods: MINUTES.evaluationPeriods,
      datapointsToAlarm: MINUTES.datapointsToAlarm,
      treatMissingData: 'breaching',
      alarmActions: [args.alertsTopicArn],
      okActions: [args.alertsTopicArn],
    },
    options,
  );
}
