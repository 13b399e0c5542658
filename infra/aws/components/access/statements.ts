/** A statement of an IAM policy: actions and resources are always lists. */
export interface Statement {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Principal?: Readonly<Record<string, string | readonly string[]>>;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | readonly string[]>>>>;
}

/** Where statements are about: ARNs of a stack's own things are made from it. */
export interface Place {
  readonly region: string;
  readonly account: string;
}

export function policyDocument(statements: readonly Statement[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

export function allow(Sid: string, Action: readonly string[], Resource: readonly string[]): Statement {
  return { Sid, Effect: 'Allow', Action, Resource };
}

/** Services that name no account when they take a role: a condition on it would keep them out. */
const WITHOUT_ACCOUNT: readonly string[] = ['ecs', 'ecs-tasks', 'lambda'];

/**
 * Who may take a role: services, for this account alone where they name it.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-intro-execution-role.html,
 * https://docs.aws.amazon.com/AmazonECS/latest/developerguide/infrastructure_IAM_role.html
 */
export function trustOf(services: readonly string[], account: string): readonly Statement[] {
  const trust = (Sid: string, of: readonly string[]): Statement[] => {
    const Service = of.map((service) => `${service}.amazonaws.com`);
    return of.length > 0 ? [{ Sid, Effect: 'Allow', Principal: { Service }, Action: ['sts:AssumeRole'] }] : [];
  };
  const named = services.filter((service) => !WITHOUT_ACCOUNT.includes(service));
  const Condition = { StringEquals: { 'aws:SourceAccount': account } };
  return [
    ...trust('ForThisAccount', named).map((statement) => ({ ...statement, Condition })),
    ...trust(
      'Services',
      services.filter((service) => WITHOUT_ACCOUNT.includes(service)),
    ),
  ];
}

export function readObjects(bucketArn: string, prefixes: readonly string[]): readonly Statement[] {
  return [
    allow('ReadObjects', ['s3:GetObject'], below(bucketArn, prefixes)),
    {
      ...allow('ListObjects', ['s3:ListBucket'], [bucketArn]),
      Condition: { StringLike: { 's3:prefix': prefixes.flatMap((prefix) => [prefix, `${prefix}*`]) } },
    },
  ];
}

export function writeObjects(bucketArn: string, prefixes: readonly string[]): readonly Statement[] {
  return [allow('WriteObjects', ['s3:PutObject', 's3:AbortMultipartUpload'], below(bucketArn, prefixes))];
}

/** A key is used through the services that hold what it encrypts, and not by itself. */
export function useKey(keyArn: string, region: string, services: readonly string[]): Statement {
  return {
    ...allow('UseKey', ['kms:Decrypt', 'kms:GenerateDataKey'], [keyArn]),
    Condition: { StringEquals: { 'kms:ViaService': services.map((service) => `${service}.${region}.amazonaws.com`) } },
  };
}

/**
 * Lets a service use a key for volumes of jobs and machines, and hand it on to nobody else.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function grantKey(keyArn: string): readonly Statement[] {
  return [
    {
      ...allow('GrantKey', ['kms:CreateGrant'], [keyArn]),
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
    allow('SeeKey', ['kms:DescribeKey'], [keyArn]),
  ];
}

export function pullImages(repositoryArns: readonly string[]): readonly Statement[] {
  const actions = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'];
  return [
    allow('EnterRegistry', ['ecr:GetAuthorizationToken'], ['*']),
    ...(repositoryArns.length > 0 ? [allow('PullImages', actions, repositoryArns)] : []),
  ];
}

/** `groups` are names of log groups; a service's own group may not be there before its first job. */
export function writeLogs(groups: readonly string[], { region, account }: Place): readonly Statement[] {
  const arns = groups.map((group) => `arn:aws:logs:${region}:${account}:log-group:${group}`);
  const streams = ['logs:CreateLogStream', 'logs:PutLogEvents', 'logs:DescribeLogStreams'];
  return [
    allow('MakeLogGroups', ['logs:CreateLogGroup'], arns),
    allow(
      'WriteLogs',
      streams,
      arns.map((arn) => `${arn}:*`),
    ),
  ];
}

export function putMetrics(namespaces: readonly string[]): Statement {
  return {
    ...allow('PutMetrics', ['cloudwatch:PutMetricData'], ['*']),
    Condition: { StringEquals: { 'cloudwatch:namespace': namespaces } },
  };
}

/**
 * Network interfaces of jobs and servers in the private subnets.
 * https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html
 */
export function joinNetwork({ region, account }: Place): readonly Statement[] {
  const arn = (resource: string) => `arn:aws:ec2:${region}:${account}:${resource}/*`;
  const describe = ['NetworkInterfaces', 'Subnets', 'SecurityGroups', 'Vpcs', 'DhcpOptions'];
  return [
    allow('MakeInterfaces', ['ec2:CreateNetworkInterface'], ['network-interface', 'subnet', 'security-group'].map(arn)),
    allow(
      'UseInterfaces',
      ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'],
      [arn('network-interface')],
    ),
    allow(
      'SeeNetwork',
      describe.map((thing) => `ec2:Describe${thing}`),
      ['*'],
    ),
  ];
}

export function passRole(roleArns: readonly string[], services: readonly string[]): Statement {
  return {
    ...allow('PassRoles', ['iam:PassRole'], roleArns),
    Condition: { StringEquals: { 'iam:PassedToService': services.map((service) => `${service}.amazonaws.com`) } },
  };
}

function below(bucketArn: string, prefixes: readonly string[]): string[] {
  return prefixes.map((prefix) => `${bucketArn}/${prefix}*`);
}
