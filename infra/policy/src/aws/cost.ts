import { tagsOf } from '@ml-platform/conventions';
import { each, ofType, type Rule } from '../rule.ts';
import { defaultTags } from '../stack-facts.ts';
import { isAtLeast, isSet, isUnknown, valueAt, valuesAt } from '../values.ts';
import { limitText, mayRun } from './instance-limits.ts';

const REQUIRED_TAGS = Object.keys(tagsOf({ project: '', stack: '', environment: 'dev', owner: '', costCenter: '' }));

const resourcesAreTagged: Rule = {
  name: 'resources-are-tagged',
  description:
    'A bill without tags has no owner. Make every provider with defaultTags: tagsOf(settings), and give each resource a provider ' +
    'made so.',
  level: 'mandatory',
  scope: 'resource',
  ...each('pulumi:providers:aws', ({ inputs }) => {
    const tags = defaultTags(inputs);
    const missing = tags ? REQUIRED_TAGS.filter((key) => !isSet(tags[key])) : [];
    return missing.length > 0 ? `its defaultTags lack ${missing.join(', ')}` : undefined;
  }),
};

const stackHasBudget: Rule = {
  name: 'stack-has-budget',
  description:
    'Nobody sees a forgotten endpoint before the bill. Give each stack a Budget that notifies a person or a topic.',
  level: 'mandatory',
  scope: 'stack',
  check: (stack) => {
    if (!stack.resources.some(({ type }) => type.startsWith('aws:'))) return [];
    const budgets = ofType(stack, 'aws:budgets/budget:Budget');
    const deaf = budgets.filter((budget) => {
      return ['EmailAddresses', 'SnsTopicArns'].every(
        (kind) => valuesAt(budget, `notifications.subscriber${kind}`).length === 0,
      );
    });
    if (budgets.length === 0) return [{ message: `stack ${stack.stack} has no Budget` }];
    return deaf.map((resource) => ({ resource, message: 'notifies nobody' }));
  },
};

/** The inputs by which a type is told on what to run all day. */
const INSTANCES: Readonly<Record<string, readonly string[]>> = {
  'aws:sagemaker/endpointConfiguration:EndpointConfiguration': [
    'productionVariants.instanceType',
    'shadowProductionVariants.instanceType',
  ],
  'aws:sagemaker/notebookInstance:NotebookInstance': ['instanceType'],
  'aws:rds/clusterInstance:ClusterInstance': ['instanceClass'],
  'aws:rds/instance:Instance': ['instanceClass'],
  'aws:elasticache/replicationGroup:ReplicationGroup': ['nodeType'],
  'aws:ec2/instance:Instance': ['instanceType'],
  'aws:ec2/launchTemplate:LaunchTemplate': ['instanceType'],
  'aws:eks/nodeGroup:NodeGroup': ['instanceTypes'],
};

const instancesAreAllowed: Rule = {
  name: 'instances-are-allowed',
  description:
    'One accelerator left running costs more than all else in dev. Take an instance type within the limits of the environment ' +
    '(instance-limits.ts).',
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(INSTANCES), (resource, { environment }) => {
    const types = (INSTANCES[resource.type] ?? []).flatMap((path) => valuesAt(resource, path));
    const large = types.filter((type) => !isUnknown(type) && !mayRun(String(type), environment));
    return large.map((type) => `${type} is more than ${environment} allows: ${limitText(environment)}`);
  }),
};

const DEAR_WHEN_IDLE = [
  'aws:ec2/natGateway:NatGateway',
  'aws:msk/cluster:Cluster',
  'aws:msk/serverlessCluster:ServerlessCluster',
];

const devIsFreeWhenIdle: Rule = {
  name: 'dev-is-cheap-when-idle',
  description:
    'NAT gateways and Kafka clusters are paid for by the hour, used or not. In dev and previews use endpoints and Kinesis.',
  level: 'mandatory',
  scope: 'resource',
  ...each(DEAR_WHEN_IDLE, ({ type }, { environment }) => {
    const isTrial = environment === 'dev' || environment === 'preview';
    return isTrial ? `${type.split(':').at(-1)} costs by the hour in ${environment}` : undefined;
  }),
};

const queriesAreBounded: Rule = {
  name: 'queries-are-bounded',
  description:
    'One query without a filter scans, and bills, the whole lake. Set bytesScannedCutoffPerQuery, and enforce it for all clients.',
  level: 'mandatory',
  scope: 'resource',
  ...each('aws:athena/workgroup:Workgroup', (workgroup) => {
    const isEnforced = valueAt(workgroup, 'configuration.enforceWorkgroupConfiguration') !== false;
    return [
      ...(isAtLeast(valueAt(workgroup, 'configuration.bytesScannedCutoffPerQuery'), 1) ? [] : ['has no scan limit']),
      ...(isEnforced ? [] : ['lets clients override its settings']),
    ];
  }),
};

export const costRules = [
  resourcesAreTagged,
  stackHasBudget,
  instancesAreAllowed,
  devIsFreeWhenIdle,
  queriesAreBounded,
];
