import * as scheduler from '@pulumi/aws/scheduler/index.js';
import type * as pulumi from '@pulumi/pulumi';

export interface ScheduleParts {
  readonly cron: string;
  readonly timezone: string;
  readonly groupName: pulumi.Input<string>;
  readonly keyArn: pulumi.Input<string>;
  /** What may start it. */
  readonly roleArn: pulumi.Input<string>;
  /** A pipeline of SageMaker, or the alias of a state machine. */
  readonly targetArn: pulumi.Input<string>;
  /** JSON that a state machine is started with. */
  readonly input?: pulumi.Input<string>;
}

/** The scheduler's own, 185 tries within a day, could start a run hours late. */
const START_ATTEMPTS = 3;

export function makeSchedule(name: string, parts: ScheduleParts, options: pulumi.CustomResourceOptions) {
  const { cron, timezone, groupName, keyArn, roleArn, targetArn, input } = parts;
  return new scheduler.Schedule(
    name,
    {
      groupName,
      scheduleExpression: cron,
      scheduleExpressionTimezone: timezone,
      flexibleTimeWindow: { mode: 'OFF' },
      kmsKeyArn: keyArn,
      target: {
        arn: targetArn,
        roleArn,
        retryPolicy: { maximumRetryAttempts: START_ATTEMPTS },
        ...(input !== undefined && { input }),
      },
    },
    options,
  );
}
