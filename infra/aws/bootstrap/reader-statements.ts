import { allow, type Statement } from '../components/access/statements.ts';
import type { DeployerPlace } from './deployer/place.ts';

/**
 * What tells how a stack's resources are set up, beyond what AWS's ViewOnlyAccess has; none of it shows data or a secret's
 * value.
 * https://docs.aws.amazon.com/aws-managed-policy/latest/reference/ViewOnlyAccess.html
 */
const READS: Readonly<Record<string, readonly string[]>> = {
  'application-autoscaling': [
    'DescribeScalableTargets',
    'DescribeScalingPolicies',
    'DescribeScheduledActions',
    'ListTagsForResource',
  ],
  athena: ['GetNamedQuery', 'GetWorkGroup'],
  batch: ['DescribeComputeEnvironments', 'DescribeJobDefinitions', 'DescribeJobQueues', 'ListTagsForResource'],
  budgets: ['DescribeBudgetAction', 'ListTagsForResource', 'ViewBudget'],
  cloudfront: ['GetDistribution', 'GetOriginAccessControl', 'GetVpcOrigin'],
  cloudtrail: ['GetEventSelectors', 'GetInsightSelectors', 'GetTrail', 'GetTrailStatus', 'ListTags'],
  cloudwatch: ['DescribeAlarms'],
  ecr: ['GetLifecyclePolicy', 'GetRepositoryPolicy', 'ListTagsForResource'],
  elasticache: ['ListTagsForResource'],
  elasticloadbalancing: [
    'DescribeCapacityReservation',
    'DescribeListenerAttributes',
    'DescribeRules',
    'DescribeTags',
    'DescribeTargetGroupAttributes',
  ],
  events: [
    'DescribeApiDestination',
    'DescribeArchive',
    'DescribeConnection',
    'DescribeEventBus',
    'DescribeRule',
    'ListTagsForResource',
  ],
  glue: ['GetCrawler', 'GetDataQualityRuleset', 'GetDatabase', 'GetPartitionIndexes'],
  iam: ['GetPolicy', 'GetPolicyVersion', 'GetRole', 'GetRolePolicy'],
  kinesis: ['DescribeStreamSummary', 'ListTagsForResource', 'ListTagsForStream'],
  kms: ['DescribeKey', 'GetKeyPolicy', 'GetKeyRotationStatus', 'ListAliases', 'ListGrants'],
  lambda: [
    'GetAlias',
    'GetEventSourceMapping',
    'GetFunction',
    'GetFunctionCodeSigningConfig',
    'GetFunctionConcurrency',
    'GetFunctionConfiguration',
    'GetFunctionUrlConfig',
  ],
  logs: ['GetDelivery', 'GetDeliveryDestination', 'GetDeliverySource', 'GetLogAnomalyDetector'],
  rds: ['ListTagsForResource'],
  s3: [
    'GetAccelerateConfiguration',
    'GetBucketAcl',
    'GetBucketCORS',
    'GetBucketLocation',
    'GetBucketLogging',
    'GetBucketNotification',
    'GetBucketObjectLockConfiguration',
    'GetBucketOwnershipControls',
    'GetBucketPolicy',
    'GetBucketPublicAccessBlock',
    'GetBucketRequestPayment',
    'GetBucketTagging',
    'GetBucketVersioning',
    'GetBucketWebsite',
    'GetEncryptionConfiguration',
    'GetIntelligentTieringConfiguration',
    'GetLifecycleConfiguration',
    'GetReplicationConfiguration',
    'ListTagsForResource',
  ],
  sagemaker: ['GetModelPackageGroupPolicy'],
  scheduler: ['GetSchedule', 'GetScheduleGroup', 'ListTagsForResource'],
  secretsmanager: ['DescribeSecret', 'GetResourcePolicy'],
  sns: ['GetTopicAttributes'],
  states: ['DescribeStateMachine', 'DescribeStateMachineAlias', 'ListTagsForResource'],
  wafv2: ['GetLoggingConfiguration', 'GetWebACL', 'GetWebACLForResource'],
};

/** For `drift`, which asks for every resource of a stack, files of definitions among them. */
export function readerStatements(places: readonly DeployerPlace[]): Statement[] {
  const buckets = places.flatMap(({ prefixes }) => prefixes.map((prefix) => `arn:aws:s3:::${prefix}-lake-???????`));
  const [{ account, region } = { account: '', region: '' }] = places;
  return [
    allow(
      'SeeSettings',
      Object.entries(READS).flatMap(([service, actions]) => actions.map((action) => `${service}:${action}`)),
      ['*'],
    ),
    allow(
      'SeeDefinitions',
      ['s3:GetObject', 's3:GetObjectTagging'],
      buckets.map((bucket) => `${bucket}/pipelines/definitions/*`),
    ),
    {
      ...allow('OpenDefinitions', ['kms:Decrypt'], [`arn:aws:kms:${region}:${account}:key/*`]),
      Condition: {
        StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` },
        StringLike: { 'kms:EncryptionContext:aws:s3:arn': buckets },
      },
    },
  ];
}
