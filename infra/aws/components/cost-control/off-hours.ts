import * as scheduler from '@pulumi/aws/scheduler/index.js';
import * as pulumi from '@pulumi/pulumi';
import type { StackContext } from '../../config/stack-context.ts';
import { makeRole, trustService } from '../../iam/service-role.ts';
import type { Statement } from '../../iam/statement.ts';
import { offHoursCalls, type ScheduledCall, type Stoppable } from './off-hours-calls.ts';

export interface OffHoursArgs {
  readonly context: StackContext & { readonly permissionsBoundary?: string };
  readonly stoppable: Stoppable;
  readonly offHoursStop: string;
  readonly offHoursStart: string;
  readonly timeZone: string;
  readonly messagesKeyArn: pulumi.Input<string>;
}

/** Stops at night what bills by the hour. Nothing is made where there is nothing to stop. */
export function keepOffHours(name: string, args: OffHoursArgs, child: { readonly parent: pulumi.Resource }): void {
  const { context, stoppable, timeZone, messagesKeyArn } = args;
  const arnOf = (prefix: string, of: pulumi.Input<string>) => pulumi.interpolate`${prefix}${of}`;
  const calls = offHoursCalls(stoppable, context, arnOf);
  if (calls.length === 0) return;
  const group = new scheduler.ScheduleGroup(name, {}, child);
  const statements = [...calls.flatMap((call) => call.statements), readSchedules(args)];
  const trust = trustService('scheduler.amazonaws.com', context.account);
  const role = makeRole(name, { context, trust, statements }, child.parent);
  for (const call of calls) {
    const { what, when, service, action, input } = call;
    new scheduler.Schedule(
      `${name}-${what}-${when}`,
      {
        groupName: group.name,
        description: `${when} ${what}`,
        scheduleExpression: when === 'stop' ? args.offHoursStop : args.offHoursStart,
        scheduleExpressionTimezone: timeZone,
        flexibleTimeWindow: { mode: 'OFF' },
        kmsKeyArn: messagesKeyArn,
        target: {
          arn: `arn:aws:scheduler:::aws-sdk:${service}:${action}`,
          roleArn: role.arn,
          input: pulumi.jsonStringify(input),
          retryPolicy: retries(call),
        },
      },
      child,
    );
  }
}

/** The scheduler decrypts a schedule in the name of the role that it then calls with. */
function readSchedules({ context, messagesKeyArn }: OffHoursArgs): Statement {
  return {
    Effect: 'Allow',
    Action: ['kms:Decrypt'],
    Resource: [messagesKeyArn],
    Condition: { StringEquals: { 'kms:ViaService': `scheduler.${context.region}.amazonaws.com` } },
  };
}

/** What is stopped already answers with an error: it isn't asked over and over again. */
function retries({ when }: ScheduledCall) {
  return { maximumRetryAttempts: when === 'stop' ? 2 : 10, maximumEventAgeInSeconds: 3600 };
}
