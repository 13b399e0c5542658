import * as glue from '@pulumi/aws/glue/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';

export interface CrawlerArgs {
  readonly context: StackContext;
  readonly zones: readonly string[];
  readonly databaseName: string;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Each night, in UTC. */
const NIGHTLY = 'cron(0 3 * * ? *)';

/** Searches zones of the lake for tables; what it finds is added, and nothing is taken away. */
export function makeCrawler(name: string, args: CrawlerArgs, parent: pulumi.Resource): void {
  const { context, zones, databaseName, lakeBucketName, dataKeyArn, logsKeyArn } = args;
  const child = { parent };
  const security = new glue.SecurityConfiguration(
    name,
    {
      encryptionConfiguration: {
        cloudwatchEncryption: { cloudwatchEncryptionMode: 'SSE-KMS', kmsKeyArn: logsKeyArn },
        jobBookmarksEncryption: { jobBookmarksEncryptionMode: 'CSE-KMS', kmsKeyArn: dataKeyArn },
        s3Encryption: { s3EncryptionMode: 'SSE-KMS', kmsKeyArn: dataKeyArn },
      },
    },
    child,
  );
  const trust = trustService('glue.amazonaws.com', context.account);
  const role = makeRole(name, { context, trust, statements: reads(args) }, parent);
  new glue.Crawler(
    name,
    {
      databaseName,
      role: role.arn,
      schedule: NIGHTLY,
      securityConfiguration: security.name,
      tablePrefix: 'found_',
      s3Targets: zones.map((zone) => ({
        path: pulumi.interpolate`s3://${lakeBucketName}/${zone}/`,
        exclusions: ['_**'],
      })),
      schemaChangePolicy: { updateBehavior: 'UPDATE_IN_DATABASE', deleteBehavior: 'LOG' },
      recrawlPolicy: { recrawlBehavior: 'CRAWL_EVERYTHING' },
    },
    child,
  );
}

function reads({ context, zones, databaseName, lakeBucketArn, dataKeyArn, logsKeyArn }: CrawlerArgs): Statement[] {
  const { region, account } = context;
  const glueArn = `arn:aws:glue:${region}:${account}`;
  return [
    {
      Sid: 'ReadZones',
      Effect: 'Allow',
      Action: ['s3:GetObject'],
      Resource: zones.map((zone) => pulumi.interpolate`${lakeBucketArn}/${zone}/*`),
    },
    { Sid: 'ListLake', Effect: 'Allow', Action: ['s3:ListBucket', 's3:GetBucketLocation'], Resource: lakeBucketArn },
    { Sid: 'Decrypt', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: dataKeyArn },
    {
      Sid: 'Tables',
      Effect: 'Allow',
      Action: [
        'glue:GetDatabase',
        'glue:GetTable',
        'glue:GetTables',
        'glue:CreateTable',
        'glue:UpdateTable',
        'glue:GetPartition',
        'glue:GetPartitions',
        'glue:BatchGetPartition',
        'glue:BatchCreatePartition',
        'glue:UpdatePartition',
      ],
      Resource: [`${glueArn}:catalog`, `${glueArn}:database/${databaseName}`, `${glueArn}:table/${databaseName}/*`],
    },
    {
      Sid: 'OwnLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:PutLogEvents', 'logs:AssociateKmsKey'],
      Resource: `arn:aws:logs:${region}:${account}:log-group:/aws-glue/crawlers*`,
    },
    { Sid: 'EncryptLogs', Effect: 'Allow', Action: ['kms:GenerateDataKey'], Resource: logsKeyArn },
  ];
}
