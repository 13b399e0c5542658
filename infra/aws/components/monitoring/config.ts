import { defineSection, type Environment, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

/** `npx platform monitor --publish cloudwatch`: PutMetricData of `drift`, the highest index of any input, by the stack's prefix. */
export const METRICS_NAMESPACE = 'ml-platform';

const shared = {
  enabled: true,
  errorsPerFiveMinutes: 5,
  driftThreshold: 0.2,
  logAnomalies: false,
  dashboards: false,
  dataEvents: false,
  dataEventDays: 30,
  dataQuality: false,
  dataQualitySchedule: 'cron(0 * ? * * *)',
  dataQualityInstance: 'ml.m5.large',
  baseline: 'models/baseline',
};

export const monitoringConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Alarms, saved queries of logs, and what the switches below add'),
    errorsPerFiveMinutes: z.int().min(0).describe('More errors than that in the logs of one kind are an alarm'),
    driftThreshold: z
      .number('a number')
      .min(0)
      .describe('A population stability index of an input above this is an alarm; 0.2 is commonly taken as much'),
    logAnomalies: z.boolean().describe('CloudWatch learns what is usual in the logs, and alerts on what is not: free'),
    dashboards: z.boolean().describe('Pages with the state of servers, pipelines and cost; the first 3 are free'),
    dataEvents: z.boolean().describe('CloudTrail records who read and wrote which object of the lake'),
    dataEventDays: z.int().min(1).max(3650).describe('Days for which that record is kept'),
    dataQuality: z.boolean().describe('SageMaker compares what an endpoint is asked with a baseline'),
    dataQualityImage: z
      .string()
      .regex(/^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com\/.+$/, "an image in ECR: AWS's own is of another account")
      .optional()
      .describe(
        'The image that compares. AWS has one per region: docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-pre-built-container.html',
      ),
    dataQualitySchedule: z
      .string()
      .regex(/^cron\(0 \S+ \? \* \* \*\)$/, 'on the hour at most, such as cron(0 * ? * * *) or cron(0 0/6 ? * * *)')
      .describe('When it compares'),
    dataQualityInstance: z
      .string()
      .regex(/^ml\./, 'an instance type such as ml.m5.large')
      .describe('The machine on which it does'),
    baseline: z
      .string()
      .regex(/^[a-z].*[^/]$/, 'a folder of the lake, without slashes at its ends')
      .describe('Folder of the lake with statistics.json and constraints.json'),
  }),
  defaults: {
    dev: { ...shared, errorsPerFiveMinutes: 20 },
    preview: { ...shared, enabled: false },
    staging: { ...shared, dashboards: true, logAnomalies: true },
    prod: {
      ...shared,
      dashboards: true,
      logAnomalies: true,
      dataEvents: true,
      dataEventDays: 365,
    },
  },
});

type MonitoringSettings = SettingsOf<typeof monitoringConfig>;

/** What a switch needs beside it, and what prod has to have. */
export function monitoringProblems(settings: MonitoringSettings, environment: Environment): Problem[] {
  const { enabled, dataQuality, dataQualityImage } = settings;
  const needsImage = enabled && dataQuality && dataQualityImage === undefined;
  return [
    ...(environment === 'prod' && !enabled
      ? [{ key: 'monitoring.enabled', value: enabled, expected: 'true in prod: somebody has to hear of it' }]
      : []),
    ...(needsImage ? [{ key: 'monitoring.dataQualityImage', expected: 'an image, since dataQuality is true' }] : []),
  ];
}
