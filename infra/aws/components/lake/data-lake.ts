import type { SettingsOf } from '@ml-platform/conventions';
import * as s3 from '@pulumi/aws/s3/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { backupTags } from '../backup/backup-tag.ts';
import type { lakeConfig } from './config.ts';
import { lakeStatements } from './lake-policy.ts';
import { lifecycleRules } from './lifecycle-rules.ts';
import { LOG_PREFIXES, makeLogBucket } from './log-bucket.ts';
import { makePrivateBucket } from './private-bucket.ts';
import { addReader } from './reader-roles.ts';

export interface DataLakeArgs extends SettingsOf<typeof lakeConfig> {
  readonly context: StackContext;
  /** Encrypts all that is in it. */
  readonly dataKeyArn: pulumi.Input<string>;
}

/** From this day on S3 archives by itself what nobody reads, at the earliest. */
const EARLIEST_ARCHIVE = 90;

/** One bucket with all data of the stack, its zones as prefixes; what is written to it shows on the default event bus. */
export class DataLake extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** Of the bucket for logs of S3 and of load balancers. */
  readonly logBucketName: pulumi.Output<string>;
  /** Roles for other accounts, by their account. */
  readonly readerRoleArns: Readonly<Record<string, pulumi.Output<string>>>;

  constructor(name: string, args: DataLakeArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:DataLake', name, {}, options);
    const { context, dataKeyArn, readers, readableZones } = args;
    const access = { accounts: readers.map(({ account }) => account), zones: readableZones };
    const { bucket } = makePrivateBucket(
      name,
      {
        context,
        keyArn: dataKeyArn,
        lifecycle: lifecycleRules(args),
        statements: (arn) => lakeStatements(arn, context, access),
        tags: backupTags(context),
      },
      this,
    );
    const child = { parent: bucket };
    new s3.BucketNotification(name, { bucket: bucket.bucket, eventbridge: true }, child);
    if (args.intelligentTiering) archiveRaw(name, bucket, args);

    const logs = makeLogBucket(`${name}-logs`, context, args.accessLogDays, this);
    if (args.accessLogs) {
      const target = { targetBucket: logs.bucket, targetPrefix: LOG_PREFIXES.requests };
      new s3.BucketLogging(name, { bucket: bucket.bucket, ...target }, child);
    }

    this.readerRoleArns = Object.fromEntries(
      readers.map(({ account, externalId }) => {
        const reader = {
          context,
          account,
          externalId,
          zones: readableZones,
          bucketArn: bucket.arn,
          keyArn: dataKeyArn,
        };
        return [account, addReader(`${name}-reader-${account}`, reader, this)];
      }),
    );
    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.logBucketName = logs.bucket;
    this.registerOutputs({ bucketName: bucket.bucket, logBucketName: logs.bucket });
  }
}

/** Of what S3 places by itself, only raw data may become slow to read. */
function archiveRaw(name: string, bucket: s3.Bucket, { raw }: DataLakeArgs): void {
  if (raw.archiveAfterDays === undefined) return;
  new s3.BucketIntelligentTieringConfiguration(
    name,
    {
      bucket: bucket.bucket,
      name: 'raw',
      filter: { prefix: 'raw/' },
      tierings: [{ accessTier: 'ARCHIVE_ACCESS', days: Math.max(raw.archiveAfterDays, EARLIEST_ARCHIVE) }],
    },
    { parent: bucket },
  );
}
