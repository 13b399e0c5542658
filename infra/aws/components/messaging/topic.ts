import * as sns from '@pulumi/aws/sns/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { denyWithoutTls, policyDocument } from '../../iam/statement.ts';

export interface TopicArgs {
  readonly context: StackContext;
  readonly keyArn: pulumi.Input<string>;
  /** Services that publish by themselves: an alarm, a rule, a budget. */
  readonly publishers: readonly string[];
  readonly emails: readonly string[];
  readonly urls: readonly string[];
  /** Takes what a URL didn't. */
  readonly deadLetterArn: pulumi.Input<string>;
}

/** An encrypted topic with its subscriptions. */
export function makeTopic(name: string, args: TopicArgs, parent: pulumi.Resource): sns.Topic {
  const topic = new sns.Topic(name, { kmsMasterKeyId: args.keyArn, signatureVersion: 2 }, { parent });
  const child = { parent: topic };
  const policy = policyDocument([
    denyWithoutTls('sns:Publish', [topic.arn]),
    {
      Sid: 'ServicesPublish',
      Effect: 'Allow',
      Principal: { Service: [...args.publishers] },
      Action: ['sns:Publish'],
      Resource: topic.arn,
      Condition: { StringEquals: { 'aws:SourceAccount': args.context.account } },
    },
  ]);
  new sns.TopicPolicy(name, { arn: topic.arn, policy: pulumi.jsonStringify(policy) }, child);
  for (const [index, endpoint] of args.emails.entries()) {
    new sns.TopicSubscription(`${name}-mail-${index}`, { topic: topic.arn, protocol: 'email', endpoint }, child);
  }
  for (const [index, endpoint] of args.urls.entries()) {
    const redrivePolicy = pulumi.jsonStringify({ deadLetterTargetArn: args.deadLetterArn });
    const to = { topic: topic.arn, protocol: 'https', endpoint, redrivePolicy };
    new sns.TopicSubscription(`${name}-url-${index}`, to, child);
  }
  return topic;
}
