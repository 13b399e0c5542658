import type { SettingsOf } from '@ml-platform/conventions';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { Statement } from '../../iam/statement.ts';
import type { messagingConfig } from './config.ts';
import { makeDeadLetters, makeQueue } from './queue-with-dead-letters.ts';
import { makeTopic } from './topic.ts';

export interface MessagingArgs extends SettingsOf<typeof messagingConfig> {
  readonly context: StackContext;
  readonly messagesKeyArn: pulumi.Input<string>;
}

export interface QueueOutputs {
  readonly url: pulumi.Output<string>;
  readonly arn: pulumi.Output<string>;
  /** As metrics know the queue. */
  readonly name: pulumi.Output<string>;
  readonly deadLetterName: pulumi.Output<string>;
}

const ALERTING = [
  'backup.amazonaws.com',
  'budgets.amazonaws.com',
  'cloudwatch.amazonaws.com',
  'costalerts.amazonaws.com',
  'events.amazonaws.com',
];

/** The stack's queues, and two topics: alerts, which people read, and events, which programs do. */
export class Messaging extends pulumi.ComponentResource {
  readonly queues: Readonly<Record<string, QueueOutputs>>;
  readonly alertsTopicArn: pulumi.Output<string>;
  readonly eventsTopicArn: pulumi.Output<string>;
  /** Of the queue for what a subscriber didn't take. */
  readonly undeliveredQueueName: pulumi.Output<string>;

  constructor(name: string, args: MessagingArgs, options: pulumi.ComponentResourceOptions) {
    super('mlp:messaging:Messaging', name, {}, options);
    const { context, messagesKeyArn: keyArn } = args;
    const made = Object.entries(args.queues).map(([queueName, settings]) => {
      const { queue, deadLetters } = makeQueue(`${name}-${queueName}`, { ...settings, keyArn }, this);
      return [
        queueName,
        { url: queue.url, arn: queue.arn, name: queue.name, deadLetterName: deadLetters.name },
      ] as const;
    });
    this.queues = Object.fromEntries(made);

    const undelivered = makeDeadLetters(`${name}-undelivered`, keyArn, this, (arn) => [fromTopics(arn, context)]);
    const to = { context, keyArn, deadLetterArn: undelivered.arn };
    const alerts = { publishers: ALERTING, emails: args.alertEmails, urls: args.alertUrls };
    const events = { publishers: ['events.amazonaws.com'], emails: [], urls: args.eventUrls };
    this.alertsTopicArn = makeTopic(`${name}-alerts`, { ...to, ...alerts }, this).arn;
    this.eventsTopicArn = makeTopic(`${name}-events`, { ...to, ...events }, this).arn;
    this.undeliveredQueueName = undelivered.name;
    this.registerOutputs({ alertsTopicArn: this.alertsTopicArn, eventsTopicArn: this.eventsTopicArn });
  }
}

function fromTopics(queueArn: pulumi.Output<string>, { account }: StackContext): Statement {
  return {
    Sid: 'Topics',
    Effect: 'Allow',
    Principal: { Service: 'sns.amazonaws.com' },
    Action: ['sqs:SendMessage'],
    Resource: queueArn,
    Condition: { StringEquals: { 'aws:SourceAccount': account } },
  };
}
