import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as kinesis from '@pulumi/aws/kinesis/index.js';
import * as pulumi from '@pulumi/pulumi';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';
import type { StreamsArgs, StreamTable } from './streams.ts';

interface Place {
  readonly prefix: string;
  readonly compressionFormat: string;
}

/** Firehose's smallest for Parquet, in MB. */
const BUFFER_MEGABYTES = 64;
const DAY = '!{timestamp:yyyy-MM-dd}';
const RAW_EVENTS = 'raw/events/';
const LOG_STREAM = 'lake';

/** Writes events to the lake: as rows of a table, or the lines as they came. */
export function deliverToLake(
  name: string,
  stream: kinesis.Stream,
  args: StreamsArgs,
  parent: pulumi.Resource,
): kinesis.FirehoseDeliveryStream {
  const { context, deliveryFormat } = args;
  const table = deliveryFormat === 'parquet' ? args.table : undefined;
  const child = { parent };
  const logs = new cloudwatch.LogGroup(
    name,
    { name: `/${context.named.prefix}/streams/delivery`, retentionInDays: args.logDays, kmsKeyId: args.logsKeyArn },
    child,
  );
  const logStream = new cloudwatch.LogStream(name, { name: LOG_STREAM, logGroupName: logs.name }, { parent: logs });
  const trust = trustService('firehose.amazonaws.com', context.account);
  const statements = [...deliveryStatements(stream, logs, args), ...(table ? [readSchema(args, table)] : [])];
  const { arn: roleArn } = makeRole(name, { context, trust, statements }, parent);
  return new kinesis.FirehoseDeliveryStream(
    name,
    {
      destination: 'extended_s3',
      kinesisSourceConfiguration: { kinesisStreamArn: stream.arn, roleArn },
      extendedS3Configuration: {
        bucketArn: args.lakeBucketArn,
        roleArn,
        kmsKeyArn: args.dataKeyArn,
        ...placeOf(table),
        errorOutputPrefix: `stream-errors/!{firehose:error-output-type}/day=${DAY}/`,
        bufferingInterval: args.bufferSeconds,
        bufferingSize: BUFFER_MEGABYTES,
        cloudwatchLoggingOptions: { enabled: true, logGroupName: logs.name, logStreamName: logStream.name },
        ...(table && { dataFormatConversionConfiguration: toParquet(table, roleArn, context.region) }),
      },
    },
    child,
  );
}

function placeOf(table: StreamTable | undefined): Place {
  if (table === undefined) return { prefix: `${RAW_EVENTS}day=${DAY}/`, compressionFormat: 'GZIP' };
  // Parquet packs its own pages.
  return { prefix: `${table.prefix}day=${DAY}/`, compressionFormat: 'UNCOMPRESSED' };
}

function toParquet({ databaseName, tableName }: StreamTable, roleArn: pulumi.Output<string>, region: string) {
  return {
    enabled: true,
    inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
    outputFormatConfiguration: { serializer: { parquetSerDe: { compression: 'SNAPPY' } } },
    schemaConfiguration: { databaseName, tableName, roleArn, region },
  };
}

function deliveryStatements(stream: kinesis.Stream, logs: cloudwatch.LogGroup, args: StreamsArgs): Statement[] {
  const { lakeBucketArn, dataKeyArn, messagesKeyArn, table, deliveryFormat } = args;
  const prefix = deliveryFormat === 'parquet' ? (table?.prefix ?? RAW_EVENTS) : RAW_EVENTS;
  return [
    {
      Sid: 'ReadStream',
      Effect: 'Allow',
      Action: ['kinesis:DescribeStream', 'kinesis:GetShardIterator', 'kinesis:GetRecords', 'kinesis:ListShards'],
      Resource: stream.arn,
    },
    {
      Sid: 'WriteFiles',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:GetObject', 's3:AbortMultipartUpload'],
      Resource: [prefix, 'stream-errors/'].map((place) => pulumi.interpolate`${lakeBucketArn}/${place}*`),
    },
    {
      Sid: 'SeeBucket',
      Effect: 'Allow',
      Action: ['s3:GetBucketLocation', 's3:ListBucket', 's3:ListBucketMultipartUploads'],
      Resource: lakeBucketArn,
    },
    { Sid: 'Encrypt', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: dataKeyArn },
    { Sid: 'Decrypt', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: messagesKeyArn },
    { Sid: 'OwnLogs', Effect: 'Allow', Action: ['logs:PutLogEvents'], Resource: pulumi.interpolate`${logs.arn}:*` },
  ];
}

function readSchema({ context }: StreamsArgs, { databaseName, tableName }: StreamTable): Statement {
  const glue = `arn:aws:glue:${context.region}:${context.account}`;
  return {
    Sid: 'ReadSchema',
    Effect: 'Allow',
    Action: ['glue:GetTable', 'glue:GetTableVersion', 'glue:GetTableVersions'],
    Resource: [
      `${glue}:catalog`,
      `${glue}:database/${databaseName}`,
      pulumi.interpolate`${glue}:table/${databaseName}/${tableName}`,
    ],
  };
}
