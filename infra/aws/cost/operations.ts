import type { Pricer } from '@ml-platform/conventions/cost';
import { byUse, listOf, monthly, scales } from './charges.ts';

const key: Pricer = (_, facts) => [
  { ...monthly(facts, 'encryption key', 'kms.key'), scales: scales(facts, 'encryption keys', 'kms.requests') },
];

const secret: Pricer = (_, facts) => [
  { ...monthly(facts, 'secret', 'secret'), scales: scales(facts, 'secrets', 'secret.calls') },
];

/** Parameters are free up to 4 KB each. */
const parameter: Pricer = ({ inputs }, facts) => {
  return inputs.tier === 'Advanced' ? [monthly(facts, 'parameter', 'parameter.advanced')] : [];
};

/** That for unused rights bills by role; that for access from outside is free. */
const analyzer: Pricer = ({ inputs }, facts) => {
  const isUnused = String(inputs.type).endsWith('UNUSED_ACCESS');
  return isUnused ? [byUse(facts, 'search for unused rights', 'analyzer.unused')] : [];
};

/** Billed for each metric that it looks at. */
const alarm: Pricer = ({ inputs }, facts) => {
  const queries = listOf(inputs, 'metricQueries').filter(({ metric }) => metric !== undefined);
  return [monthly(facts, 'alarm', 'alarm', Math.max(queries.length, 1))];
};

const compositeAlarm: Pricer = (_, facts) => [monthly(facts, 'alarm of alarms', 'alarm.composite')];

/** The first three of an account are free, which another stack may have. */
const dashboard: Pricer = (_, facts) => [monthly(facts, 'dashboard', 'dashboard')];

/** With a default value there is a metric in every hour that something is logged. */
const metricFilter: Pricer = (_, facts) => [byUse(facts, 'metrics from logs', 'metric')];

const logGroup: Pricer = (_, facts) => [byUse(facts, 'logs', 'logs', 'logs.storage', 'logs.queries')];

/** Into a log group; into a bucket it is cheaper, or free. */
const logDelivery: Pricer = (_, facts) => [byUse(facts, 'delivered logs, at most', 'logs')];

const trail: Pricer = (_, facts) => [byUse(facts, 'records of who read what', 'trail.data')];

const budgetAction: Pricer = (_, facts) => [byUse(facts, 'action of a budget', 'budget.action')];

export const OPERATIONS: Readonly<Record<string, Pricer>> = {
  'aws:accessanalyzer/analyzer:Analyzer': analyzer,
  'aws:budgets/budgetAction:BudgetAction': budgetAction,
  'aws:cloudtrail/trail:Trail': trail,
  'aws:cloudwatch/compositeAlarm:CompositeAlarm': compositeAlarm,
  'aws:cloudwatch/dashboard:Dashboard': dashboard,
  'aws:cloudwatch/logDelivery:LogDelivery': logDelivery,
  'aws:cloudwatch/logGroup:LogGroup': logGroup,
  'aws:cloudwatch/logMetricFilter:LogMetricFilter': metricFilter,
  'aws:cloudwatch/metricAlarm:MetricAlarm': alarm,
  'aws:kms/key:Key': key,
  'aws:secretsmanager/secret:Secret': secret,
  'aws:ssm/parameter:Parameter': parameter,
};
