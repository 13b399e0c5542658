import type { SettingsOf } from '@ml-platform/conventions';
import * as kinesis from '@pulumi/aws/kinesis/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { streamsConfig } from './config.ts';
import { deliverToLake } from './delivery.ts';
import { makeKafka } from './kafka.ts';

/** A table of the warehouse. */
export interface StreamTable {
  readonly databaseName: string;
  readonly tableName: pulumi.Input<string>;
  /** Where in the lake its files are, with a slash behind. */
  readonly prefix: string;
}

export interface StreamsArgs extends SettingsOf<typeof streamsConfig> {
  readonly context: StackContext;
  readonly lakeBucketArn: pulumi.Input<string>;
  /** The one that deliveryTable names. */
  readonly table?: StreamTable | undefined;
  readonly vpcId: pulumi.Input<string>;
  readonly privateSubnetIds: readonly pulumi.Input<string>[];
  readonly workloadSecurityGroupId: pulumi.Input<string>;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly messagesKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
}

/** Events as they happen: a stream of Kinesis, its delivery to the lake, and Kafka where that is asked for. */
export class Streams extends pulumi.ComponentResource {
  readonly streamName: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;
  readonly deliveryName: pulumi.Output<string> | undefined;
  readonly kafkaArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: StreamsArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:data:Streams', name, {}, options);
    const { context, mode, shards } = args;
    const stream = new kinesis.Stream(
      name,
      {
        streamModeDetails: { streamMode: mode },
        ...(mode === 'PROVISIONED' && { shardCount: shards }),
        retentionPeriod: args.retentionHours,
        encryptionType: 'KMS',
        kmsKeyId: args.messagesKeyArn,
        enforceConsumerDeletion: context.isDisposable,
      },
      { parent: this, protect: context.isProtected },
    );
    const delivery = args.delivery ? deliverToLake(`${name}-delivery`, stream, args, this) : undefined;
    const { isProtected } = context;
    const kafka = args.msk ? makeKafka(`${name}-kafka`, { ...args, isProtected }, this) : undefined;
    this.streamName = stream.name;
    this.streamArn = stream.arn;
    this.deliveryName = delivery?.name;
    this.kafkaArn = kafka?.arn;
    this.registerOutputs({ streamName: stream.name, streamArn: stream.arn });
  }
}
