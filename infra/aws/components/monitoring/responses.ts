import * as cloudwatch from '@pulumi/aws/cloudwatch/index.js';
import * as lambda from '@pulumi/aws/lambda/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';

export interface ResponseArgs {
  readonly context: StackContext;
  readonly alarmArn: pulumi.Input<string>;
  /** Gets the event of EventBridge with the alarm's new state. */
  readonly functionArn: pulumi.Input<string>;
  /** Takes what the function failed on. */
  readonly deadLetterQueueArn?: pulumi.Input<string> | undefined;
}

/** Calls a function when an alarm begins, not while it lasts. */
export function respond(name: string, args: ResponseArgs, child: { readonly parent: pulumi.Resource }): void {
  const { context, alarmArn, functionArn, deadLetterQueueArn } = args;
  const eventPattern = pulumi.jsonStringify({
    source: ['aws.cloudwatch'],
    'detail-type': ['CloudWatch Alarm State Change'],
    resources: [alarmArn],
    detail: { state: { value: ['ALARM'] } },
  });
  const rule = new cloudwatch.EventRule(name, { eventPattern, state: 'ENABLED' }, child);
  const permission = new lambda.Permission(
    name,
    {
      action: 'lambda:InvokeFunction',
      function: functionArn,
      principal: 'events.amazonaws.com',
      sourceArn: rule.arn,
      sourceAccount: context.account,
    },
    child,
  );
  new cloudwatch.EventTarget(
    name,
    {
      rule: rule.name,
      arn: functionArn,
      retryPolicy: { maximumRetryAttempts: 4, maximumEventAgeInSeconds: 3600 },
      ...(deadLetterQueueArn !== undefined && { deadLetterConfig: { arn: deadLetterQueueArn } }),
    },
    { ...child, dependsOn: [permission] },
  );
}
