import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { ERROR_KINDS } from './queries.ts';
import type { Watched } from './watched.ts';

export interface LogAnomaliesArgs {
  readonly context: StackContext;
  readonly watched: Watched;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly alertsTopicArn: pulumi.Input<string>;
}

/** Learns which messages a log group usually has, and is an alarm when others come; one detector takes one group. */
export function watchLogs(name: string, args: LogAnomaliesArgs, child: { readonly parent: pulumi.Resource }): void {
  const { context, watched, logsKeyArn, alertsTopicArn } = args;
  const groups = ERROR_KINDS.flatMap((kind) => Object.entries(watched.logGroups[kind] ?? {}));
  for (const [group, logGroupName] of groups) {
    const part = `${name}-${group}-unusual`;
    const arn = pulumi.interpolate`arn:aws:logs:${context.region}:${context.account}:log-group:${logGroupName}`;
    new cloudwatch.LogAnomalyDetector(
      part,
      {
        detectorName: part,
        logGroupArnLists: [arn],
        enabled: true,
        evaluationFrequency: 'FIFTEEN_MIN',
        anomalyVisibilityTime: 21,
        kmsKeyId: logsKeyArn,
      },
      child,
    );
    new cloudwatch.MetricAlarm(
      part,
      {
        alarmDescription: `Unusual messages in the logs of ${group}`,
        namespace: 'AWS/Logs',
        metricName: 'AnomalyCount',
        dimensions: { LogAnomalyDetector: part, LogAnomalyPriority: 'HIGH' },
        statistic: 'Sum',
        period: 900,
        evaluationPeriods: 1,
        comparisonOperator: 'GreaterThanThreshold',
        threshold: 0,
        treatMissingData: 'notBreaching',
        alarmActions: [alertsTopicArn],
      },
      child,
    );
  }
}
