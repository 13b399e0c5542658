interface NameLimit {
  /** The input that holds the physical name. */
  readonly input: string;
  readonly longest: number;
  readonly pattern: RegExp;
}

const WORDS = /^[A-Za-z0-9_-]+$/;
const LETTERS_DIGITS_DASHES = /^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/;
const LOWER = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

const name = (longest: number, pattern: RegExp, input = 'name'): NameLimit => ({ input, longest, pattern });

/**
 * What AWS takes as the name of a resource that is one of its kind in account and region, from each service's API reference.
 */
export const NAME_LIMITS: Readonly<Record<string, NameLimit>> = {
  'aws:athena/workgroup:Workgroup': name(128, /^[A-Za-z0-9._-]+$/),
  'aws:backup/plan:Plan': name(50, /^[A-Za-z0-9._-]+$/),
  'aws:backup/vault:Vault': name(50, WORDS),
  'aws:budgets/budget:Budget': name(100, /^[^:\\]+$/),
  'aws:cloudwatch/eventBus:EventBus': name(256, /^[A-Za-z0-9._/-]+$/),
  'aws:cloudwatch/eventRule:EventRule': name(64, /^[A-Za-z0-9._-]+$/),
  'aws:cloudwatch/logGroup:LogGroup': name(512, /^[A-Za-z0-9._/#-]+$/),
  'aws:cloudwatch/metricAlarm:MetricAlarm': name(255, /^[^\p{Cc}]+$/u),
  'aws:cloudwatch/dashboard:Dashboard': name(255, WORDS, 'dashboardName'),
  'aws:ecr/repository:Repository': name(256, /^[a-z0-9]+([._/-]+[a-z0-9]+)*$/),
  'aws:ecs/cluster:Cluster': name(255, WORDS),
  'aws:eks/cluster:Cluster': name(100, WORDS),
  'aws:elasticache/serverlessCache:ServerlessCache': name(40, LOWER),
  'aws:elasticache/replicationGroup:ReplicationGroup': name(40, LOWER, 'replicationGroupId'),
  'aws:glue/catalogDatabase:CatalogDatabase': name(255, /^[a-z0-9_-]+$/),
  'aws:iam/policy:Policy': name(128, /^[\w+=,.@-]+$/),
  'aws:iam/role:Role': name(64, /^[\w+=,.@-]+$/),
  'aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream': name(64, /^[A-Za-z0-9._-]+$/),
  'aws:kinesis/stream:Stream': name(128, /^[A-Za-z0-9._-]+$/),
  'aws:kms/alias:Alias': name(256, /^alias\/(?!aws\/)[A-Za-z0-9/_-]+$/),
  'aws:lambda/function:Function': name(64, WORDS),
  'aws:lb/loadBalancer:LoadBalancer': name(32, /^(?!internal-)[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?$/),
  'aws:lb/targetGroup:TargetGroup': name(32, LETTERS_DIGITS_DASHES),
  'aws:rds/cluster:Cluster': name(63, /^[a-z](?!.*--)[a-z0-9-]*[a-z0-9]$/, 'clusterIdentifier'),
  'aws:s3/bucket:Bucket': name(63, /^[a-z0-9][a-z0-9.-]+[a-z0-9]$/, 'bucket'),
  'aws:sagemaker/endpoint:Endpoint': name(63, LETTERS_DIGITS_DASHES),
  'aws:sagemaker/featureGroup:FeatureGroup': name(64, /^[A-Za-z0-9]([-_]*[A-Za-z0-9])*$/, 'featureGroupName'),
  'aws:sagemaker/model:Model': name(63, LETTERS_DIGITS_DASHES),
  'aws:sagemaker/modelPackageGroup:ModelPackageGroup': name(63, LETTERS_DIGITS_DASHES, 'modelPackageGroupName'),
  'aws:sagemaker/pipeline:Pipeline': name(256, LETTERS_DIGITS_DASHES, 'pipelineName'),
  'aws:scheduler/scheduleGroup:ScheduleGroup': name(64, /^[A-Za-z0-9._-]+$/),
  'aws:secretsmanager/secret:Secret': name(512, /^[A-Za-z0-9/_+=.@-]+$/),
  'aws:sfn/stateMachine:StateMachine': name(80, WORDS),
  'aws:sns/topic:Topic': name(256, /^[A-Za-z0-9_-]+(\.fifo)?$/),
  'aws:sqs/queue:Queue': name(80, /^[A-Za-z0-9_-]+(\.fifo)?$/),
  'aws:ssm/parameter:Parameter': name(1011, /^[A-Za-z0-9._/-]+$/),
};

/** Pulumi appends a dash and seven hexadecimal digits to the logical name of a resource that is given no other. */
export const AUTO_NAME_SUFFIX = '-0123abc';
