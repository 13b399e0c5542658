import type { SettingsOf } from '@ml-platform/conventions';
import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import type * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';
import { ZONES } from '../lake/zones.ts';
import { makeDeadLetters } from '../messaging/queue-with-dead-letters.ts';
import type { eventsConfig } from './config.ts';
import { callDeployment } from './deploy-hook.ts';
import { type FunctionDefaults, makeFunction } from './event-function.ts';
import {
  driftAlarmed,
  type EventPattern,
  executionsFailed,
  modelsChanged,
  objectsCreated,
  pipelinesFailed,
} from './event-patterns.ts';
import { addFunctionTarget, addTarget, type Delivery, makeRule } from './event-route.ts';
import { startRetraining } from './retrain.ts';
import { makeWebhookSecret } from './webhook-secret.ts';

export interface EventHandlersArgs extends SettingsOf<typeof eventsConfig> {
  readonly context: StackContext;
  /** The folder that `npx nx run event-handlers:build` writes. */
  readonly handlersFolder: string;
  readonly lakeBucketName: pulumi.Input<string>;
  readonly lakeBucketArn: pulumi.Input<string>;
  readonly alertsTopicArn: pulumi.Input<string>;
  readonly eventsTopicArn: pulumi.Input<string>;
  /** Of retrainPipeline; without one neither new data nor drift starts anything. */
  readonly retrainTargetArn?: pulumi.Input<string> | undefined;
  /** Secrets of the stack. */
  readonly webhookUrl?: pulumi.Input<string> | undefined;
  readonly deployToken?: pulumi.Input<string> | undefined;
  readonly dataKeyArn: pulumi.Input<string>;
  readonly messagesKeyArn: pulumi.Input<string>;
  readonly logsKeyArn: pulumi.Input<string>;
  readonly secretsKeyArn: pulumi.Input<string>;
}

type Common = FunctionDefaults & Delivery;
type Patterns = Readonly<Record<string, pulumi.Input<EventPattern>>>;

/** Where the expected columns of each dataset are: `<dataset>.json`. */
const SCHEMAS = 'pipelines/schemas/';

/** What happens by itself: new data is validated, data and drift start a training, an approved model is deployed, people are told. */
export class EventHandlers extends pulumi.ComponentResource {
  /** Of the functions, by their handlers. */
  readonly functionNames: Readonly<Partial<Record<'validate' | 'retrain' | 'notify', pulumi.Output<string>>>>;
  /** Of the queue for events that nobody could handle: what is in it needs someone to look. */
  readonly deadLetterQueueName: pulumi.Output<string>;
  /** Where a webhook's address is kept. */
  readonly webhookSecretArn: pulumi.Output<string> | undefined;

  constructor(name: string, args: EventHandlersArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:events:EventHandlers', name, {}, options);
    const { context, validateZones, retrainZones, retrainTargetArn, archiveDays } = args;
    const deadLetters = makeDeadLetters(`${name}-dead`, args.messagesKeyArn, this, (arn) => [fromRules(arn, context)]);
    const common: Common = { ...args, deadLetterArn: deadLetters.arn };
    const bucket = pulumi.output(args.lakeBucketName);
    const created = (prefixes: readonly string[]) => bucket.apply((known) => objectsCreated(known, prefixes));
    const inZones = (zones: readonly string[]) => created(zones.map((zone) => `${zone}/`));

    const notify = this.#makeNotify(`${name}-notify`, args, common);
    const notices = {
      refused: created(['quarantine/']),
      models: modelsChanged(context),
      pipelines: pipelinesFailed(context),
      executions: executionsFailed(context),
    };
    for (const [notice, pattern] of Object.entries(notices)) {
      const part = `${name}-notify-${notice}`;
      addFunctionTarget(part, makeRule(part, pattern, this), common, notify.notify);
    }

    const functions: Partial<Record<'validate' | 'retrain' | 'notify', lambda.Function>> = { notify: notify.notify };
    if (validateZones.length > 0) {
      const part = `${name}-validate`;
      functions.validate = this.#makeValidate(part, args, common);
      addFunctionTarget(part, makeRule(part, inZones(validateZones), this), common, functions.validate);
    }
    const reasons: Patterns = {
      ...(retrainZones.length > 0 && { data: inZones(retrainZones) }),
      ...(args.retrainOnDrift && { drift: driftAlarmed(context) }),
    };
    if (Object.keys(reasons).length > 0 && retrainTargetArn !== undefined) {
      const part = `${name}-retrain`;
      const rules = Object.fromEntries(
        Object.entries(reasons).map(([reason, pattern]) => [reason, makeRule(`${part}-${reason}`, pattern, this)]),
      );
      const run = { rules, targetArn: retrainTargetArn, windowSeconds: args.retrainWindowSeconds };
      functions.retrain = startRetraining(part, run, common, this);
    }
    this.#deployApproved(`${name}-approved`, args, common);
    if (archiveDays > 0) this.#archive(name, args, { data: inZones(ZONES), models: modelsChanged(context) });

    this.functionNames = Object.fromEntries(Object.entries(functions).map(([handler, made]) => [handler, made.name]));
    this.deadLetterQueueName = deadLetters.name;
    this.webhookSecretArn = notify.secretArn;
    this.registerOutputs({ functionNames: this.functionNames, deadLetterQueueName: deadLetters.name });
  }

  #makeValidate(name: string, args: EventHandlersArgs, common: Common): lambda.Function {
    const { lakeBucketArn: bucket, dataKeyArn, eventsTopicArn } = args;
    const within = (zones: readonly string[]) => zones.map((zone) => pulumi.interpolate`${bucket}/${zone}/*`);
    const statements: Statement[] = [
      {
        Sid: 'ReadNewData',
        Effect: 'Allow',
        Action: ['s3:GetObject', 's3:GetObjectVersion'],
        Resource: [...within(args.validateZones), pulumi.interpolate`${bucket}/${SCHEMAS}*`],
      },
      // Without it S3 answers that access is denied where nothing is there.
      { Sid: 'SeeWhatIsMissing', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: bucket },
      { Sid: 'Quarantine', Effect: 'Allow', Action: ['s3:PutObject'], Resource: within(['quarantine']) },
      { Sid: 'MoveAway', Effect: 'Allow', Action: ['s3:DeleteObject'], Resource: within(args.validateZones) },
      { Sid: 'Data', Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Resource: dataKeyArn },
      { Sid: 'Tell', Effect: 'Allow', Action: ['sns:Publish'], Resource: eventsTopicArn },
    ];
    const variables = { EVENTS_TOPIC_ARN: eventsTopicArn, SCHEMAS };
    const size = { memoryMegabytes: 512, timeoutSeconds: 300 };
    return makeFunction(name, common, { handler: 'validate', ...size, variables, statements }, this);
  }

  #makeNotify(name: string, args: EventHandlersArgs, common: Common) {
    const { context, alertsTopicArn, lakeBucketArn, secretsKeyArn } = args;
    const secretArgs = { context, keyArn: secretsKeyArn, url: args.webhookUrl };
    const secret = args.webhook ? makeWebhookSecret(`${name}-webhook`, secretArgs, this) : undefined;
    const refused = pulumi.interpolate`${lakeBucketArn}/quarantine/*`;
    const statements: Statement[] = [
      { Sid: 'Tell', Effect: 'Allow', Action: ['sns:Publish'], Resource: alertsTopicArn },
      { Sid: 'WhyRefused', Effect: 'Allow', Action: ['s3:GetObject', 's3:GetObjectVersion'], Resource: refused },
      // Without it S3 answers that access is denied where nothing is there.
      { Sid: 'SeeWhatIsMissing', Effect: 'Allow', Action: ['s3:ListBucket'], Resource: lakeBucketArn },
      { Sid: 'Data', Effect: 'Allow', Action: ['kms:Decrypt'], Resource: args.dataKeyArn },
    ];
    if (secret) {
      const Action = ['secretsmanager:GetSecretValue'];
      statements.push({ Sid: 'Webhook', Effect: 'Allow', Action, Resource: secret.arn });
    }
    const variables = { ALERTS_TOPIC_ARN: alertsTopicArn, ...(secret && { WEBHOOK_SECRET_ARN: secret.arn }) };
    const size = { memoryMegabytes: 256, timeoutSeconds: 60 };
    const notify = makeFunction(name, common, { handler: 'notify', ...size, variables, statements }, this);
    return { notify, secretArn: secret?.arn };
  }

  /** Programs learn of an approved model from the topic; what deploys it is called, where there is one. */
  #deployApproved(name: string, args: EventHandlersArgs, delivery: Delivery): void {
    const approved = modelsChanged(args.context, { ModelApprovalStatus: ['Approved'] });
    const rule = makeRule(name, approved, this);
    addTarget(name, rule, delivery, { arn: args.eventsTopicArn });
    const { deployUrl: url, deployToken: token, secretsKeyArn: keyArn } = args;
    if (url !== undefined) callDeployment(`${name}-deploy`, rule, { url, token, keyArn }, delivery);
  }

  #archive(name: string, { context, archiveDays: retentionDays, messagesKeyArn }: EventHandlersArgs, kept: Patterns) {
    const eventSourceArn = `arn:aws:events:${context.region}:${context.account}:event-bus/default`;
    for (const [part, pattern] of Object.entries(kept)) {
      const eventPattern = pulumi.output(pattern).apply((known) => JSON.stringify(known));
      const settings = { eventSourceArn, eventPattern, retentionDays, kmsKeyIdentifier: messagesKeyArn };
      new cloudwatch.EventArchive(`${name}-${part}`, settings, { parent: this });
    }
  }
}

function fromRules(queueArn: pulumi.Output<string>, { account, region, named }: StackContext): Statement {
  const rules = `arn:aws:events:${region}:${account}:rule/${named.prefix}-*`;
  return {
    Sid: 'Rules',
    Effect: 'Allow',
    Principal: { Service: 'events.amazonaws.com' },
    Action: ['sqs:SendMessage'],
    Resource: queueArn,
    Condition: { ArnLike: { 'aws:SourceArn': rules }, StringEquals: { 'aws:SourceAccount': account } },
  };
}
