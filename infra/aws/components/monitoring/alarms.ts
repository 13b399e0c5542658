import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { METRICS_NAMESPACE } from './config.ts';
import { ERROR_KINDS, ERROR_PATTERN } from './queries.ts';
import { deadLetters, type Metric, pipelineMetric, type Watched } from './watched.ts';

export interface AlarmsArgs {
  readonly context: StackContext;
  readonly watched: Watched;
  readonly errorsPerFiveMinutes: number;
  readonly driftThreshold: number;
  readonly alertsTopicArn: pulumi.Input<string>;
}

export interface Alarms {
  /** Stands for all of servers: serving's own, the errors in their logs. */
  readonly unhealthy: pulumi.Output<string> | undefined;
  readonly all: readonly pulumi.Input<string>[];
}

interface Child {
  readonly parent: pulumi.Resource;
}

/** The last word of the alarm's name: by it what retrains finds it. */
export const DRIFT_ALARM = 'drift';

/** Alarms on what servers, functions, jobs and pipelines do, each to the topic for alerts. */
export function makeAlarms(name: string, args: AlarmsArgs, child: Child): Alarms {
  const { context, watched, driftThreshold } = args;
  const errors = errorAlarms(name, args, child);
  const failed = Object.entries(watched.pipelineArns ?? {}).map(([pipeline, arn]) => {
    const description = `A run of pipeline ${pipeline} failed`;
    return alarm(
      `${name}-${pipeline}-failed`,
      { metric: pipelineMetric(arn, 'Failed'), above: 0, description },
      args,
      child,
    );
  });
  const letters = Object.entries(watched.deadLetterQueueNames ?? {}).map(([queue, queueName]) => {
    const description = `Messages of ${queue} were given up on: they are in its dead-letter queue`;
    return alarm(`${name}-${queue}-given-up`, { metric: deadLetters(queueName), above: 0, description }, args, child);
  });
  const drift = alarm(
    `${name}-drift`,
    {
      metric: {
        namespace: METRICS_NAMESPACE,
        name: 'drift',
        dimensions: { stack: context.named.prefix },
        stat: 'Maximum',
      },
      above: driftThreshold,
      description: 'What the model is asked is no longer like what it was trained on',
      alarmName: context.named(DRIFT_ALARM),
    },
    args,
    child,
  );
  const ofServers = [...(watched.serving?.alarmArns ?? []), ...errors.servers];
  const unhealthy = ofServers.length > 0 ? anyOf(`${name}-unhealthy`, ofServers, args, child) : undefined;
  return {
    unhealthy,
    all: [...(unhealthy ? [unhealthy] : []), ...ofServers, ...errors.others, ...failed, ...letters, drift],
  };
}

/** A metric per log group counts its errors; that of all groups of a kind is one alarm. */
function errorAlarms(name: string, args: AlarmsArgs, child: Child) {
  const { context, watched, errorsPerFiveMinutes } = args;
  const namespace = `${context.named.prefix}/logs`;
  const alarms = ERROR_KINDS.flatMap((kind) => {
    const groups = Object.entries(watched.logGroups[kind] ?? {});
    if (groups.length === 0) return [];
    const metricName = `${kind}-errors`;
    for (const [group, logGroupName] of groups) {
      new cloudwatch.LogMetricFilter(
        `${name}-${group}-errors`,
        {
          logGroupName,
          pattern: ERROR_PATTERN,
          metricTransformation: { namespace, name: metricName, value: '1', defaultValue: '0', unit: 'Count' },
        },
        child,
      );
    }
    const metric: Metric = { namespace, name: metricName, dimensions: {}, stat: 'Sum' };
    const description = `More than ${errorsPerFiveMinutes} errors in 5 minutes in the logs of ${kind}`;
    const above = errorsPerFiveMinutes;
    return [{ kind, arn: alarm(`${name}-${metricName}`, { metric, above, description }, args, child) }];
  });
  const of = (servers: boolean) => alarms.filter(({ kind }) => (kind === 'serving') === servers).map(({ arn }) => arn);
  return { servers: of(true), others: of(false) };
}

interface Condition {
  readonly metric: Metric;
  readonly above: number;
  readonly description: string;
  /** Where something is to find it; a name of Pulumi's making otherwise. */
  readonly alarmName?: string;
}

/** Where nothing is measured, as at night, all is well. */
function alarm(name: string, condition: Condition, args: AlarmsArgs, child: Child): pulumi.Output<string> {
  const { metric, above, description, alarmName } = condition;
  return new cloudwatch.MetricAlarm(
    name,
    {
      ...(alarmName !== undefined && { name: alarmName }),
      alarmDescription: description,
      namespace: metric.namespace,
      metricName: metric.name,
      dimensions: metric.dimensions,
      statistic: metric.stat,
      period: 300,
      evaluationPeriods: 1,
      comparisonOperator: 'GreaterThanThreshold',
      threshold: above,
      treatMissingData: 'notBreaching',
      alarmActions: [args.alertsTopicArn],
      okActions: [args.alertsTopicArn],
    },
    child,
  ).arn;
}

/** One alarm for servers: people are called once, whatever it is that shows it. */
function anyOf(name: string, arns: readonly pulumi.Input<string>[], args: AlarmsArgs, child: Child) {
  const rule = pulumi.all([...arns]).apply((known) => known.map((arn) => `ALARM("${arn}")`).join(' OR '));
  return new cloudwatch.CompositeAlarm(
    name,
    {
      alarmName: name,
      alarmDescription: 'Servers fail, are slow, or log errors',
      alarmRule: rule,
      alarmActions: [args.alertsTopicArn],
      okActions: [args.alertsTopicArn],
    },
    child,
  ).arn;
}
