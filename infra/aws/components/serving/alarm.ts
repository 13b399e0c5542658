import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import type * as pulumi from '@pulumi/pulumi';

/** An alarm on one number of one minute. */
export interface AlarmParts {
  readonly description: string;
  readonly namespace: string;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  /** Such as `Sum`, or `p99`. */
  readonly statistic: 'Sum' | 'Minimum' | 'Maximum' | `p${number}`;
  readonly above: number;
}

/** So many minutes of the last ones have to be beyond the limit: one bad minute is no alarm. */
export const MINUTES = { period: 60, evaluationPeriods: 5, datapointsToAlarm: 3 } as const;

export function makeAlarm(
  name: string,
  parts: AlarmParts,
  actions: readonly pulumi.Input<string>[],
  options: pulumi.CustomResourceOptions,
): cloudwatch.MetricAlarm {
  const { description, namespace, metric, dimensions, statistic, above } = parts;
  return new cloudwatch.MetricAlarm(
    name,
    {
      alarmDescription: description,
      namespace,
      metricName: metric,
      dimensions: { ...dimensions },
      ...(statistic.startsWith('p') ? { extendedStatistic: statistic } : { statistic }),
      comparisonOperator: 'GreaterThanThreshold',
      threshold: above,
      ...MINUTES,
      // Nobody asks, nothing fails.
      treatMissingData: 'notBreaching',
      alarmActions: [...actions],
      okActions: [...actions],
    },
    options,
  );
}
