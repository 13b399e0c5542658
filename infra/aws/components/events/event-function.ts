import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';
import { handlerCode } from './handler-code.ts';

/** What all functions have in common. */
export interface FunctionDefaults {
  readonly context: StackContext;
  /** The folder with the bundled code of all handlers. */
  readonly handlersFolder: string;
  readonly reservedConcurrency?: number | undefined;
  readonly logDays: number;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly secretsKeyArn: pulumi.Input<string>;
  readonly messagesKeyArn: pulumi.Input<string>;
  /** Takes the events that a function failed at. */
  readonly deadLetterArn: pulumi.Input<string>;
}

export interface FunctionArgs {
  readonly handler: 'validate' | 'retrain' | 'notify';
  readonly memoryMegabytes: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, pulumi.Input<string>>>;
  /** Beyond its own logs and dead letters. */
  readonly statements: readonly Statement[];
}

/** A function with its own log, its own role, and a place for what it failed at. */
export function makeFunction(
  name: string,
  defaults: FunctionDefaults,
  args: FunctionArgs,
  parent: pulumi.Resource,
): lambda.Function {
  const { context, reservedConcurrency } = defaults;
  const child = { parent };
  const logs = new cloudwatch.LogGroup(
    name,
    {
      name: `/${context.named.prefix}/events/${args.handler}`,
      retentionInDays: defaults.logDays,
      kmsKeyId: defaults.logsKeyArn,
    },
    child,
  );
  const trust = trustService('lambda.amazonaws.com', context.account);
  const statements = [...ownStatements(logs.arn, defaults), ...args.statements];
  const role = makeRole(name, { context, trust, statements }, parent);
  return new lambda.Function(
    name,
    {
      code: handlerCode(defaults.handlersFolder, args.handler),
      handler: 'index.handler',
      runtime: 'nodejs24.x',
      architectures: ['arm64'],
      memorySize: args.memoryMegabytes,
      timeout: args.timeoutSeconds,
      role: role.arn,
      environment: { variables: args.variables },
      kmsKeyArn: defaults.secretsKeyArn,
      deadLetterConfig: { targetArn: defaults.deadLetterArn },
      loggingConfig: { logFormat: 'JSON', logGroup: logs.name },
      ...(reservedConcurrency !== undefined && { reservedConcurrentExecutions: reservedConcurrency }),
    },
    child,
  );
}

function ownStatements(logArn: pulumi.Output<string>, defaults: FunctionDefaults): Statement[] {
  return [
    {
      Sid: 'OwnLogs',
      Effect: 'Allow',
      Action: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      Resource: pulumi.interpolate`${logArn}:*`,
    },
    { Sid: 'DeadLetters', Effect: 'Allow', Action: ['sqs:SendMessage'], Resource: defaults.deadLetterArn },
    {
      Sid: 'Messages',
      Effect: 'Allow',
      Action: ['kms:Decrypt', 'kms:GenerateDataKey'],
      Resource: defaults.messagesKeyArn,
    },
    { Sid: 'OwnVariables', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: defaults.secretsKeyArn },
  ];
}
