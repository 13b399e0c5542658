import { allow, type Statement } from '../components/access/statements.ts';

export interface DeployerPlace {
  readonly project: string;
  /** What the names of the environment's resources begin with, such as `acme-dev`. */
  readonly prefix: string;
  readonly environment: string;
  readonly account: string;
  readonly region: string;
}

/** The statements of one policy; IAM takes 6,144 characters in each, and ten policies for a role. */
export type PolicyGroups = Readonly<Record<string, readonly Statement[]>>;

/**
 * What the workflows of one environment may do: make, change and delete what the components of a stack are made of, by the
 * names and tags of that environment.
 */
export function deployerPolicies(place: DeployerPlace): PolicyGroups {
  const { region, account, prefix } = place;
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  const named = (service: string, ...kinds: string[]) => kinds.map((kind) => arn(service, `${kind}${prefix}-*`));
  return {
    data: dataStatements(prefix, named, arn),
    compute: computeStatements(named, arn),
    network: networkStatements(place, arn),
    edge: edgeStatements(place, named, arn),
    roles: roleStatements(place),
  };
}

type Named = (service: string, ...kinds: string[]) => string[];
type Arn = (service: string, resource: string) => string;

function dataStatements(prefix: string, named: Named, arn: Arn): Statement[] {
  const bucket = ['Create', 'Delete', 'Get', 'List', 'Put'].map((verb) => `s3:${verb}*`);
  return [
    allow('Buckets', bucket, [`arn:aws:s3:::${prefix}-*`, `arn:aws:s3:::${prefix}-*/*`]),
    allow('Queues', ['sqs:*Queue*', 'sqs:ListQueueTags'], named('sqs', '')),
    allow('Topics', ['sns:*Topic*', 'sns:*Subscri*', 'sns:*TagsForResource', 'sns:*agResource'], named('sns', '')),
    allow('Streams', ['kinesis:*Stream*'], named('kinesis', 'stream/')),
    allow('Delivery', ['firehose:*DeliveryStream*'], named('firehose', 'deliverystream/')),
    allow('Catalog', verbs('glue', 'Database', 'Table', 'Crawler', 'Job', 'DataQualityRuleset', 'Tags'), [
      arn('glue', 'catalog'),
      ...named('glue', 'database/', 'table/', 'crawler/', 'job/', 'dataQualityRuleset/'),
      arn('glue', `database/${prefix.replaceAll('-', '_')}_*`),
      arn('glue', `table/${prefix.replaceAll('-', '_')}_*`),
    ]),
    allow(
      'Athena',
      ['athena:*WorkGroup*', 'athena:*NamedQuer*', 'athena:*agResource', 'athena:ListTagsForResource'],
      named('athena', 'workgroup/'),
    ),
    allow(
      'Databases',
      verbs('rds', 'DBCluster', 'DBInstance', 'DBSubnetGroup', 'DBProxy', 'TagsForResource'),
      named('rds', 'cluster:', 'db:', 'subgrp:', 'cluster-pg:', 'db-proxy:'),
    ),
    allow(
      'Caches',
      verbs('elasticache', 'ServerlessCache', 'User', 'TagsForResource'),
      named('elasticache', 'serverlesscache:', 'user:', 'usergroup:'),
    ),
    allow('Backups', verbs('backup', 'BackupVault', 'BackupPlan', 'BackupSelection', 'Tags'), [
      ...named('backup', 'backup-vault:'),
      arn('backup', 'backup-plan:*'),
    ]),
    allow(
      'Secrets',
      ['secretsmanager:*Secret*', 'secretsmanager:*agResource', 'secretsmanager:*ResourcePolicy'],
      named('secretsmanager', 'secret:'),
    ),
  ];
}

function computeStatements(named: Named, arn: Arn): Statement[] {
  const models = [
    'Model',
    'Endpoint',
    'Pipeline',
    'FeatureGroup',
    'Mlflow',
    'MonitoringSchedule',
    'JobDefinition',
    'Tags',
  ];
  return [
    allow('MachineLearning', verbs('sagemaker', ...models), named('sagemaker', ...SAGEMAKER_KINDS)),
    allow(
      'Images',
      ['ecr:*Repositor*', 'ecr:*LifecyclePolicy', 'ecr:*agResource', 'ecr:ListTagsForResource', 'ecr:PutImage*'],
      named('ecr', 'repository/'),
    ),
    allow(
      'Functions',
      [
        'lambda:*Function*',
        'lambda:*Alias',
        'lambda:*Permission',
        'lambda:*Concurrency*',
        'lambda:*agResource',
        'lambda:ListTags',
        'lambda:GetPolicy',
        'lambda:PublishVersion',
        'lambda:ListVersionsByFunction',
      ],
      named('lambda', 'function:'),
    ),
    allow('FunctionSources', ['lambda:*EventSourceMapping*'], [arn('lambda', 'event-source-mapping:*')]),
    allow(
      'StateMachines',
      ['states:*StateMachine*', 'states:*agResource', 'states:ListTagsForResource'],
      named('states', 'stateMachine:'),
    ),
    allow(
      'Schedules',
      verbs('scheduler', 'Schedule', 'TagsForResource'),
      named('scheduler', 'schedule/*/', 'schedule-group/'),
    ),
    allow(
      'Rules',
      ['events:*Rule*', 'events:*Targets*', 'events:*Archive*', 'events:*agResource', 'events:ListTagsForResource'],
      named('events', 'rule/', 'archive/'),
    ),
    allow(
      'Containers',
      ['ecs:*Cluster*', 'ecs:*Service*', 'ecs:*TaskDefinition*', 'ecs:*agResource', 'ecs:ListTagsForResource'],
      [...named('ecs', 'cluster/', 'task-definition/'), ...named('ecs', 'service/').map((service) => `${service}/*`)],
    ),
    allow(
      'Batch',
      verbs('batch', 'ComputeEnvironment', 'JobQueue', 'JobDefinition'),
      named('batch', 'compute-environment/', 'job-queue/', 'job-definition/'),
    ),
    allow(
      'Clusters',
      [
        'eks:*Cluster*',
        'eks:*Addon*',
        'eks:*Nodegroup*',
        'eks:*AccessEntr*',
        'eks:*AccessPolic*',
        'eks:*PodIdentity*',
        'eks:*agResource',
      ],
      named('eks', 'cluster/', 'addon/', 'nodegroup/', 'access-entry/', 'podidentityassociation/'),
    ),
    allow(
      'Logs',
      [
        'logs:*LogGroup*',
        'logs:*RetentionPolicy',
        'logs:*MetricFilter*',
        'logs:*agResource',
        'logs:ListTagsForResource',
        'logs:*LogAnomalyDetector*',
        'logs:*QueryDefinition*',
      ],
      [arn('logs', '*')],
    ),
    allow(
      'Alarms',
      ['cloudwatch:*Alarm*', 'cloudwatch:*Dashboard*', 'cloudwatch:*agResource', 'cloudwatch:ListTagsForResource'],
      [...named('cloudwatch', 'alarm:'), `arn:aws:cloudwatch::${accountOf(arn)}:dashboard/*`],
    ),
  ];
}

const SAGEMAKER_KINDS = [
  'model/',
  'endpoint/',
  'endpoint-config/',
  'pipeline/',
  'feature-group/',
  'model-package-group/',
  'mlflow-tracking-server/',
  'mlflow-app/',
  'monitoring-schedule/',
  'data-quality-job-definition/',
];

/** Actions that know no resource. https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const SEEN = [
  'Addresses',
  'AvailabilityZones',
  'FlowLogs',
  'InternetGateways',
  'NatGateways',
  'NetworkAcls',
  'NetworkInterfaces',
  'PrefixLists',
  'RouteTables',
  'SecurityGroupRules',
  'SecurityGroups',
  'Subnets',
  'Tags',
  'VpcEndpoints',
  'Vpcs',
];

/** EC2 gives its resources no names: what may be changed goes by the tag of the environment. */
function networkStatements({ environment, project }: DeployerPlace, arn: Arn): Statement[] {
  const kinds = [
    'vpc',
    'subnet',
    'route-table',
    'vpc-endpoint',
    'security-group',
    'security-group-rule',
    'vpc-flow-log',
    'natgateway',
    'elastic-ip',
    'internet-gateway',
    'network-acl',
  ];
  const arns = kinds.map((kind) => arn('ec2', `${kind}/*`));
  const made = [
    'Vpc',
    'Subnet',
    'RouteTable',
    'VpcEndpoint',
    'SecurityGroup',
    'FlowLogs',
    'NatGateway',
    'InternetGateway',
    'Tags',
  ];
  const changed = [
    'Associate*',
    'Attach*',
    'Authorize*',
    'Create*',
    'Delete*',
    'Detach*',
    'Disassociate*',
    'Modify*',
    'Release*',
    'Replace*',
    'Revoke*',
  ];
  return [
    {
      ...allow('MakeNetwork', [...made.map((one) => `ec2:Create${one}`), 'ec2:AllocateAddress'], arns),
      Condition: { StringEquals: { 'aws:RequestTag/project': project, 'aws:RequestTag/environment': environment } },
    },
    {
      ...allow(
        'ChangeNetwork',
        changed.map((one) => `ec2:${one}`),
        arns,
      ),
      Condition: { StringEquals: { 'aws:ResourceTag/project': project, 'aws:ResourceTag/environment': environment } },
    },
    allow(
      'SeeNetwork',
      SEEN.map((one) => `ec2:Describe${one}`),
      ['*'],
    ),
  ];
}

function edgeStatements({ account }: DeployerPlace, named: Named, arn: Arn): Statement[] {
  const balancer = ['LoadBalancer', 'TargetGroup', 'Listener', 'Rule', 'Tags'];
  return [
    allow(
      'Balancers',
      verbs('elasticloadbalancing', ...balancer),
      named('elasticloadbalancing', 'loadbalancer/app/', 'targetgroup/', 'listener/app/', 'listener-rule/app/').map(
        (one) => (one.endsWith('*') ? one : `${one}/*`),
      ),
    ),
    allow(
      'Scaling',
      [
        'application-autoscaling:*ScalableTarget*',
        'application-autoscaling:*Scaling*',
        'application-autoscaling:*cheduledAction*',
        'application-autoscaling:*agResource',
      ],
      [arn('application-autoscaling', 'scalable-target/*')],
    ),
    allow(
      'Gateway',
      ['apigateway:GET', 'apigateway:POST', 'apigateway:PUT', 'apigateway:PATCH', 'apigateway:DELETE'],
      [arnWithoutAccount(arn, 'apigateway', '/*')],
    ),
    allow('Firewall', verbs('wafv2', 'WebACL', 'Resource', 'LoggingConfiguration'), [
      ...named('wafv2', 'regional/webacl/'),
      `arn:aws:wafv2:us-east-1:${account}:global/webacl/*`,
    ]),
    allow(
      'Distributions',
      verbs('cloudfront', 'Distribution', 'VpcOrigin', 'OriginAccessControl', 'Resource', 'TagsForResource'),
      [`arn:aws:cloudfront::${account}:*/*`],
    ),
    allow(
      'Budgets',
      [
        'budgets:ModifyBudget',
        'budgets:ViewBudget',
        'budgets:*BudgetAction*',
        'budgets:*agResource',
        'budgets:ListTagsForResource',
      ],
      [`arn:aws:budgets::${account}:budget/*`],
    ),
    allow(
      'Keys',
      [
        'kms:CreateAlias',
        'kms:DeleteAlias',
        'kms:DescribeKey',
        'kms:EnableKeyRotation',
        'kms:GetKey*',
        'kms:ListResourceTags',
        'kms:PutKeyPolicy',
        'kms:*agResource',
        'kms:UpdateKeyDescription',
        'kms:Encrypt',
        'kms:Decrypt',
        'kms:GenerateDataKey*',
        'kms:CreateGrant',
      ],
      [arn('kms', 'key/*'), ...named('kms', 'alias/')],
    ),
  ];
}

/** Roles are made with the boundary alone, which no role may take off; and passed to the services that stacks use. */
function roleStatements({ account, prefix }: DeployerPlace): Statement[] {
  const roles = [`arn:aws:iam::${account}:role/mlp/${prefix}-*`];
  const boundary = `arn:aws:iam::${account}:policy/${boundaryName(prefix)}`;
  const change = ['CreateRole', 'PutRolePolicy', 'AttachRolePolicy', 'PutRolePermissionsBoundary'];
  const rest = [
    'DeleteRole',
    'GetRole',
    'ListRolePolicies',
    'ListAttachedRolePolicies',
    'GetRolePolicy',
    'DeleteRolePolicy',
    'DetachRolePolicy',
    'UpdateAssumeRolePolicy',
    'UpdateRole',
    'TagRole',
    'UntagRole',
    'ListRoleTags',
    'ListInstanceProfilesForRole',
  ];
  return [
    {
      ...allow(
        'BoundRoles',
        change.map((one) => `iam:${one}`),
        roles,
      ),
      Condition: { ArnEquals: { 'iam:PermissionsBoundary': boundary } },
    },
    allow(
      'Roles',
      rest.map((one) => `iam:${one}`),
      roles,
    ),
    {
      ...allow('PassRoles', ['iam:PassRole'], roles),
      Condition: { StringEquals: { 'iam:PassedToService': PASSED_TO.map((service) => `${service}.amazonaws.com`) } },
    },
    { Sid: 'KeepBoundary', Effect: 'Deny', Action: ['iam:DeleteRolePermissionsBoundary'], Resource: roles },
  ];
}

const PASSED_TO = [
  'sagemaker',
  'states',
  'lambda',
  'ecs-tasks',
  'ecs',
  'batch',
  'events',
  'scheduler',
  'firehose',
  'glue',
  'rds',
  'eks',
  'backup',
  'vpc-flow-logs',
  'apigateway',
  'codedeploy',
];

/** The most that any role of an environment's stacks can be allowed: what the platform's services need, and no identities. */
export function boundaryStatements({ account, prefix }: DeployerPlace): Statement[] {
  const services = [
    's3',
    'sqs',
    'sns',
    'kinesis',
    'firehose',
    'glue',
    'athena',
    'sagemaker',
    'ecr',
    'lambda',
    'states',
    'batch',
    'ecs',
    'logs',
    'cloudwatch',
    'events',
    'kms',
    'secretsmanager',
    'rds-db',
    'elasticache',
    'execute-api',
    'ssmmessages',
    'xray',
    'backup',
    'codedeploy',
    'elasticloadbalancing',
    'application-autoscaling',
    'sagemaker-mlflow',
  ];
  const own = { Condition: { StringEquals: { 'aws:ResourceAccount': account } } };
  return [
    {
      ...allow(
        'Services',
        services.map((service) => `${service}:*`),
        ['*'],
      ),
      ...own,
    },
    allow('Unscoped', ['ec2:*NetworkInterface*', 'ec2:Describe*', 'rds:Describe*', 'rds:St*DBCluster'], ['*']),
    allow('PassRoles', ['iam:PassRole'], [`arn:aws:iam::${account}:role/mlp/${prefix}-*`]),
  ];
}

export function boundaryName(prefix: string): string {
  return `${prefix}-boundary`;
}

function verbs(service: string, ...things: readonly string[]): string[] {
  return things.map((thing) => `${service}:*${thing}*`);
}

function accountOf(arn: Arn): string {
  return arn('x', '').split(':')[4] ?? '';
}

function arnWithoutAccount(arn: Arn, service: string, resource: string): string {
  const [, , , region] = arn(service, resource).split(':');
  return `arn:aws:${service}:${region}::${resource}`;
}
