/**
 * Actions that change something and that AWS can't limit to a resource.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
 */
export const WITHOUT_RESOURCE: ReadonlySet<string> = new Set(
  [
    'cloudwatch:PutMetricData',
    'ecs:DeregisterTaskDefinition',
    'kms:CreateKey',
    'logs:CreateLogDelivery',
    'logs:UpdateLogDelivery',
    'logs:DeleteLogDelivery',
    'logs:PutResourcePolicy',
    'ssmmessages:CreateControlChannel',
    'ssmmessages:CreateDataChannel',
    'ssmmessages:OpenControlChannel',
    'ssmmessages:OpenDataChannel',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ].map((action) => action.toLowerCase()),
);

/** Of {@link WITHOUT_RESOURCE}, those that a condition limits instead. */
export const LIMITED_BY: Readonly<Record<string, string>> = { 'cloudwatch:putmetricdata': 'cloudwatch:namespace' };

const READS = /^[\w-]+:(get|list|describe|batchget|head|view|lookup|search|query|scan|select|simulate|validate|check)/i;

/** Reads by the name of the action, yet of what is worth protecting. */
const SECRETS =
  /^(secretsmanager:getsecretvalue|secretsmanager:batchgetsecretvalue|ssm:getparameter\w*|s3:getobject\w*)$/i;

/** Whether an action may change something, or shows secrets or data. */
export function needsResource(action: string): boolean {
  return action.includes('*') || !READS.test(action) || SECRETS.test(action);
}

/** Whether an action of a policy, `*` and `?` being wildcards, takes in another. */
export function covers(pattern: string, action: string): boolean {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 'i').test(action);
}
