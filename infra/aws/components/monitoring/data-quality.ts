import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';

export interface DataQualityArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly image: string;
  readonly schedule: string;
  readonly instanceType: string;
  readonly baseline: string;
  readonly endpointName: pulumi.Input<string>;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly subnetIds: readonly pulumi.Input<string>[];
  readonly securityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
}

/** Where the endpoint's captured requests are, and where reports on them go. */
const CAPTURED = 'predictions/capture';
const REPORTS = 'predictions/data-quality';

/** Compares what an endpoint is asked with what its model was trained on, by the hour. */
export function watchDataQuality(
  name: string,
  args: DataQualityArgs,
  child: { readonly parent: pulumi.Resource },
): void {
  const { context, endpointName, lakeBucketName, dataKeyArn, baseline } = args;
  const trust = trustService('sagemaker.amazonaws.com', context.account);
  const role = makeRole(name, { context, trust, statements: jobStatements(args) }, child.parent);
  const inLake = (path: string) => pulumi.interpolate`s3://${lakeBucketName}/${path}`;
  const localPath = (part: string) => `/opt/ml/processing/${part}`;
  const job = new sagemaker.DataQualityJobDefinition(
    name,
    {
      roleArn: role.arn,
      dataQualityAppSpecification: { imageUri: args.image },
      dataQualityBaselineConfig: {
        constraintsResource: { s3Uri: inLake(`${baseline}/constraints.json`) },
        statisticsResource: { s3Uri: inLake(`${baseline}/statistics.json`) },
      },
      dataQualityJobInput: { endpointInput: { endpointName, localPath: localPath('input') } },
      dataQualityJobOutputConfig: {
        kmsKeyId: dataKeyArn,
        monitoringOutputs: { s3Output: { s3Uri: inLake(REPORTS), localPath: localPath('output') } },
      },
      jobResources: {
        clusterConfig: {
          instanceCount: 1,
          instanceType: args.instanceType,
          volumeSizeInGb: 20,
          volumeKmsKeyId: dataKeyArn,
        },
      },
      networkConfig: {
        enableNetworkIsolation: true,
        enableInterContainerTrafficEncryption: true,
        vpcConfig: { subnets: [...args.subnetIds], securityGroupIds: [args.securityGroupId] },
      },
      stoppingCondition: { maxRuntimeInSeconds: 3300 },
    },
    child,
  );
  new sagemaker.MonitoringSchedule(
    name,
    {
      monitoringScheduleConfig: {
        monitoringType: 'DataQuality',
        monitoringJobDefinitionName: job.name,
        scheduleConfig: { scheduleExpression: args.schedule },
      },
    },
    child,
  );
}

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html, of processing jobs. */
function jobStatements({ context, image, baseline, lakeBucketArn, dataKeyArn }: DataQualityArgs): Statement[] {
  const { region, account } = context;
  const [, owner = '', imageRegion = '', repository = ''] =
    /^(\d+)\.dkr\.ecr\.([a-z0-9-]+)\.amazonaws\.com\/([^:@]+)/.exec(image) ?? [];
  const below = (path: string) => pulumi.interpolate`${lakeBucketArn}/${path}/*`;
  const logs = `arn:aws:logs:${region}:${account}:log-group:/aws/sagemaker/ProcessingJobs`;
  const networkPart = (part: string) => `arn:aws:ec2:${region}:${account}:${part}/*`;
  const allow = (Action: string[], Resource: Statement['Resource'] & {}) =>
    ({ Effect: 'Allow', Action, Resource }) as const;
  return [
    allow(['s3:GetObject'], [below(CAPTURED), below(baseline)]),
    allow(['s3:PutObject'], [below(REPORTS)]),
    {
      ...allow(['s3:ListBucket'], [lakeBucketArn]),
      Condition: { StringLike: { 's3:prefix': [`${CAPTURED}/*`, `${baseline}/*`, `${REPORTS}/*`] } },
    },
    {
      ...allow(['kms:Decrypt', 'kms:GenerateDataKey'], [dataKeyArn]),
      Condition: { StringEquals: { 'kms:ViaService': `s3.${region}.amazonaws.com` } },
    },
    {
      ...allow(['kms:CreateGrant'], [dataKeyArn]),
      Condition: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    },
    allow(['kms:DescribeKey'], [dataKeyArn]),
    allow(['ecr:GetAuthorizationToken'], '*'),
    allow(
      ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer', 'ecr:BatchCheckLayerAvailability'],
      [`arn:aws:ecr:${imageRegion}:${owner}:repository/${repository}`],
    ),
    allow(['logs:CreateLogGroup', 'logs:DescribeLogStreams'], [logs]),
    allow(['logs:CreateLogStream', 'logs:PutLogEvents'], [`${logs}:*`]),
    {
      ...allow(['cloudwatch:PutMetricData'], '*'),
      Condition: { StringEquals: { 'cloudwatch:namespace': 'aws/sagemaker/Endpoints/data-metrics' } },
    },
    allow(['ec2:CreateNetworkInterface'], ['network-interface', 'subnet', 'security-group'].map(networkPart)),
    allow(
      ['ec2:CreateNetworkInterfacePermission', 'ec2:DeleteNetworkInterface', 'ec2:DeleteNetworkInterfacePermission'],
      [networkPart('network-interface')],
    ),
    allow(
      ['NetworkInterfaces', 'Subnets', 'SecurityGroups', 'Vpcs', 'DhcpOptions'].map((of) => `ec2:Describe${of}`),
      '*',
    ),
  ];
}
