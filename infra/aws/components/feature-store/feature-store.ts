import type { SettingsOf } from '@ml-platform/conventions';
import * as sagemaker from '@pulumi/aws/sagemaker/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';
import type { featureStoreConfig } from './config.ts';

export interface FeatureStoreArgs extends SettingsOf<typeof featureStoreConfig> {
  readonly context: StackContext;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
}

export interface FeatureGroupOutputs {
  readonly name: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
}

type Group = FeatureStoreArgs['groups'][string];

/** Feature groups of SageMaker: the history as Iceberg tables in the lake, the newest values online where that is asked for. */
export class FeatureStore extends pulumi.ComponentResource {
  /** By the name in the config. */
  readonly groups: Readonly<Record<string, FeatureGroupOutputs>>;

  constructor(name: string, args: FeatureStoreArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:FeatureStore', name, {}, options);
    const { context } = args;
    const groups = Object.entries(args.groups);
    const trust = trustService('sagemaker.amazonaws.com', context.account);
    const role = groups.length > 0 ? makeRole(name, { context, trust, statements: writes(args) }, this).arn : undefined;
    const made = groups.map(
      ([group, settings]) => [group, this.#makeGroup(name, group, settings, args, role)] as const,
    );
    this.groups = Object.fromEntries(made);
    this.registerOutputs({ groups: this.groups });
  }

  #makeGroup(
    name: string,
    group: string,
    settings: Group,
    args: FeatureStoreArgs,
    roleArn: pulumi.Output<string> | undefined,
  ): FeatureGroupOutputs {
    const { context, lakeBucketName, dataKeyArn } = args;
    const made = new sagemaker.FeatureGroup(
      `${name}-${group}-v${settings.version}`,
      {
        featureGroupName: `${context.named.prefix}-${group}-v${settings.version}`,
        recordIdentifierFeatureName: settings.recordId,
        eventTimeFeatureName: settings.eventTime,
        featureDefinitions: Object.entries(settings.features).map(([featureName, featureType]) => {
          return { featureName, featureType };
        }),
        roleArn: roleArn ?? '',
        offlineStoreConfig: {
          tableFormat: 'Iceberg',
          s3StorageConfig: { s3Uri: pulumi.interpolate`s3://${lakeBucketName}/features/`, kmsKeyId: dataKeyArn },
        },
        ...(settings.online && {
          onlineStoreConfig: onlineStore(settings, dataKeyArn),
          throughputConfig: { throughputMode: 'OnDemand' },
        }),
      },
      { parent: this, protect: context.isProtected },
    );
    return { name: made.featureGroupName, arn: made.arn };
  }
}

function onlineStore({ onlineDays }: Group, kmsKeyId: pulumi.Input<string>) {
  return {
    enableOnlineStore: true,
    storageType: 'Standard',
    securityConfig: { kmsKeyId },
    ...(onlineDays !== undefined && { ttlDuration: { unit: 'Days', value: onlineDays } }),
  };
}

/** As in AWS's own AmazonSageMakerFeatureStoreAccess, for the lake alone. SageMaker keeps all tables in one database. */
function writes({ context, lakeBucketArn, dataKeyArn }: FeatureStoreArgs): Statement[] {
  const glue = `arn:aws:glue:${context.region}:${context.account}`;
  return [
    {
      Sid: 'WriteFeatures',
      Effect: 'Allow',
      Action: ['s3:PutObject', 's3:PutObjectAcl', 's3:GetObject', 's3:DeleteObject'],
      Resource: pulumi.interpolate`${lakeBucketArn}/features/*`,
    },
    {
      Sid: 'SeeBucket',
      Effect: 'Allow',
      Action: ['s3:GetBucketAcl', 's3:GetBucketLocation', 's3:ListBucket'],
      Resource: lakeBucketArn,
    },
    { Sid: 'Encrypt', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: dataKeyArn },
    {
      Sid: 'Tables',
      Effect: 'Allow',
      Action: ['glue:GetTable', 'glue:UpdateTable'],
      Resource: [
        `${glue}:catalog`,
        `${glue}:database/sagemaker_featurestore`,
        `${glue}:table/sagemaker_featurestore/*`,
      ],
    },
  ];
}
