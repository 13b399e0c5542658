/** Types whose policy says who may use that resource, and the input it stands in. */
export const RESOURCE_POLICIES: Readonly<Record<string, string>> = {
  'aws:s3/bucketPolicy:BucketPolicy': 'policy',
  'aws:sqs/queue:Queue': 'policy',
  'aws:sqs/queuePolicy:QueuePolicy': 'policy',
  'aws:sns/topic:Topic': 'policy',
  'aws:sns/topicPolicy:TopicPolicy': 'policy',
  'aws:kms/key:Key': 'policy',
  'aws:ecr/repositoryPolicy:RepositoryPolicy': 'policy',
  'aws:secretsmanager/secret:Secret': 'policy',
  'aws:secretsmanager/secretPolicy:SecretPolicy': 'policy',
  'aws:cloudwatch/eventBusPolicy:EventBusPolicy': 'policy',
  'aws:backup/vaultPolicy:VaultPolicy': 'policy',
  'aws:sagemaker/modelPackageGroupPolicy:ModelPackageGroupPolicy': 'resourcePolicy',
  'aws:iam/role:Role': 'assumeRolePolicy',
};

/** Types whose policy says what a role may do, and the input it stands in. */
export const IDENTITY_POLICIES: Readonly<Record<string, string>> = {
  'aws:iam/policy:Policy': 'policy',
  'aws:iam/rolePolicy:RolePolicy': 'policy',
  'aws:iam/groupPolicy:GroupPolicy': 'policy',
  'aws:iam/userPolicy:UserPolicy': 'policy',
  'aws:iam/role:Role': 'inlinePolicies.policy',
};

/** What holds data that can't be made again: in prod protected from deletion. */
export const HOLDS_STATE: readonly string[] = [
  'aws:s3/bucket:Bucket',
  'aws:kms/key:Key',
  'aws:rds/cluster:Cluster',
  'aws:rds/instance:Instance',
  'aws:dynamodb/table:Table',
  'aws:sagemaker/featureGroup:FeatureGroup',
  'aws:sagemaker/modelPackageGroup:ModelPackageGroup',
  'aws:ecr/repository:Repository',
  'aws:backup/vault:Vault',
];
