import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import type { EventPattern } from './event-patterns.ts';

export interface Delivery {
  readonly context: StackContext;
  readonly retryHours: number;
  /** Takes the events that no try delivered. */
  readonly deadLetterArn: pulumi.Input<string>;
}

/** EventBridge's own limit of tries within a day. */
const MOST_TRIES = 185;

/** A rule of the default bus, the only one that has events of AWS's services. */
export function makeRule(name: string, pattern: pulumi.Input<EventPattern>, parent: pulumi.Resource) {
  const eventPattern = pulumi.output(pattern).apply((known) => JSON.stringify(known));
  return new cloudwatch.EventRule(name, { eventPattern, state: 'ENABLED' }, { parent });
}

/** Sends what a rule matches somewhere, again and again for some hours, then to the dead letters. */
export function addTarget(
  name: string,
  rule: cloudwatch.EventRule,
  { retryHours, deadLetterArn }: Delivery,
  target: Omit<cloudwatch.EventTargetArgs, 'rule'>,
): void {
  new cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      retryPolicy: { maximumEventAgeInSeconds: retryHours * 3600, maximumRetryAttempts: MOST_TRIES },
      deadLetterConfig: { arn: deadLetterArn },
      ...target,
    },
    { parent: rule },
  );
}

/** The same, to a function, which lets in this rule only. */
export function addFunctionTarget(
  name: string,
  rule: cloudwatch.EventRule,
  delivery: Delivery,
  target: lambda.Function,
): void {
  new lambda.Permission(
    name,
    {
      action: 'lambda:InvokeFunction',
      function: target.name,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
      sourceAccount: delivery.context.account,
    },
    { parent: rule },
  );
  addTarget(name, rule, delivery, { arn: target.arn });
}
