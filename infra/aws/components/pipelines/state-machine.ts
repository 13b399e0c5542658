import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as sfn from '@pulumi/aws/sfn/index.js';
import * as pulumi from '@pulumi/pulumi';

export interface StateMachineParts {
  /** The name that people and commands start it by. */
  readonly physicalName: string;
  readonly type: 'STANDARD' | 'EXPRESS';
  readonly definition: pulumi.Input<string>;
  readonly roleArn: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly logRetentionDays: number;
}

/** A state machine with its log, and an alias that points at its newest version: who starts it starts the alias. */
export function makeStateMachine(name: string, parts: StateMachineParts, options: pulumi.CustomResourceOptions) {
  const { physicalName, type, definition, roleArn, keyArn, logsKeyArn, logRetentionDays } = parts;
  const log = new cloudwatch.LogGroup(
    name,
    {
      // Of names that begin so, the account's one policy for deliveries needs no entry each.
      name: `/aws/vendedlogs/states/${physicalName}`,
      retentionInDays: logRetentionDays,
      kmsKeyId: logsKeyArn,
    },
    options,
  );
  const machine = new sfn.StateMachine(
    name,
    {
      name: physicalName,
      type,
      roleArn,
      definition,
      publish: true,
      loggingConfiguration: {
        level: 'ALL',
        // Data of runs stays in the lake.
        includeExecutionData: false,
        logDestination: pulumi.interpolate`${log.arn}:*`,
      },
      encryptionConfiguration: {
        type: 'CUSTOMER_MANAGED_KMS_KEY',
        kmsKeyId: keyArn,
        kmsDataKeyReusePeriodSeconds: 300,
      },
    },
    options,
  );
  const newest = [{ stateMachineVersionArn: machine.stateMachineVersionArn, weight: 100 }];
  const alias = new sfn.Alias(name, { name: 'live', routingConfigurations: newest }, options);
  return { machine, alias };
}
