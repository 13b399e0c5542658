import { allow, putMetrics, type Statement } from '../../components/access/statements.ts';
import { METRICS_NAMESPACE } from '../../components/monitoring/config.ts';
import { arnsIn, type DeployerPlace, verbs } from './place.ts';

const DELIVERIES = ['CreateDelivery', 'GetDelivery', 'DeleteDelivery', 'UpdateDeliveryConfiguration'];

/** Logs, measures, alarms, dashboards, the trail of data, budgets. */
export function observationStatements(place: DeployerPlace): Statement[] {
  const { arn, named } = arnsIn(place);
  const { account, prefixes } = place;
  const ofAccount = (service: string, kind: string) => {
    return prefixes.map((prefix) => `arn:aws:${service}::${account}:${kind}/${prefix}-*`);
  };
  const groups = prefixes.flatMap((prefix) => ['-', '/'].map((end) => arn('logs', `log-group:*${prefix}${end}*`)));
  return [
    allow(
      'LogGroups',
      ['logs:*LogGroup', 'logs:*LogStream', 'logs:*RetentionPolicy', 'logs:*MetricFilter', 'logs:*KmsKey'],
      groups,
    ),
    allow('LogTags', ['logs:*agResource', 'logs:ListTagsForResource'], [arn('logs', '*')]),
    allow('LogQueries', ['logs:*QueryDefinition', 'logs:*LogAnomalyDetector'], [arn('logs', '*')]),
    allow(
      'LogSources',
      [...DELIVERIES.map((action) => `logs:${action}`), 'logs:*DeliverySource', 'logs:*DeliveryDestination*'],
      [arn('logs', 'delivery:*'), ...named('logs', 'delivery-source:', 'delivery-destination:')],
    ),
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html
    allow(
      'SendLogs',
      [
        ...['Create', 'Get', 'Update', 'Delete'].map((verb) => `logs:${verb}LogDelivery`),
        'logs:ListLogDeliveries',
        'logs:PutResourcePolicy',
        'logs:DescribeResourcePolicies',
      ],
      ['*'],
    ),
    allow(
      'Alarms',
      ['cloudwatch:*Alarm*', 'cloudwatch:*Dashboard*', 'cloudwatch:*agResource', 'cloudwatch:ListTagsForResource'],
      [...named('cloudwatch', 'alarm:'), ...ofAccount('cloudwatch', 'dashboard')],
    ),
    putMetrics([METRICS_NAMESPACE]),
    allow(
      'Trails',
      [...verbs('cloudtrail', 'Trail', 'Logging', 'Selectors'), 'cloudtrail:AddTags', 'cloudtrail:ListTags'],
      named('cloudtrail', 'trail/'),
    ),
    allow(
      'Budgets',
      [...verbs('budgets', 'Budget', 'agResource'), 'budgets:ListTagsForResource'],
      ofAccount('budgets', 'budget'),
    ),
  ];
}
