import type { PipelineDocument } from '@ml-platform/pipeline';
import { beyondLimit } from '../limits.ts';
import { awsCron } from './cron.ts';

/** What EventBridge Scheduler starts, and with which rights: the Target of its CreateSchedule. */
export interface ScheduleTarget {
  readonly Arn: string;
  /** Of a role that may start it. */
  readonly RoleArn: string;
  /** JSON that a state machine is started with. */
  readonly Input?: string;
}

/** The body of CreateSchedule, as far as it is used here. */
export interface CreateSchedule {
  readonly Name: string;
  readonly Description?: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly FlexibleTimeWindow: { readonly Mode: 'OFF' };
  readonly Target: ScheduleTarget & { readonly RetryPolicy: { readonly MaximumRetryAttempts: number } };
}

/** EventBridge Scheduler API reference, CreateSchedule: ScheduleExpressionTimezone and Description. */
const TIMEZONE_LENGTH = 50;
const DESCRIPTION_LENGTH = 512;
/** The scheduler's own, 185 within a day, could start a run hours late. */
const START_ATTEMPTS = 3;

/**
 * The schedule of a pipeline, as EventBridge Scheduler is to be given it. The ARN is that of the thing to start: a
 * SageMaker pipeline or a state machine, both of which the scheduler starts by templated targets.
 *
 * @throws PlatformError `config` for times that AWS's six fields can't say.
 */
export function createSchedule(document: PipelineDocument, target: ScheduleTarget): CreateSchedule | undefined {
  const { name, description, schedule } = document;
  if (schedule === undefined) return undefined;
  const { cron, timezone } = schedule;
  const times = awsCron(cron);
  if ('problem' in times) {
    throw beyondLimit(name, {
      field: 'schedule.cron',
      value: `'${cron}'`,
      limit: `${times.problem}; EventBridge Scheduler takes lists, ranges and steps, of the month's days or of the week's`,
      source: 'EventBridge Scheduler user guide, "Cron-based schedules"',
    });
  }
  if (timezone.length > TIMEZONE_LENGTH) {
    throw beyondLimit(name, {
      field: 'schedule.timezone',
      value: timezone,
      limit: `EventBridge Scheduler takes at most ${TIMEZONE_LENGTH} characters`,
      source: 'EventBridge Scheduler API reference, CreateSchedule',
    });
  }
  return {
    Name: name,
    ...(description && { Description: description.slice(0, DESCRIPTION_LENGTH) }),
    ScheduleExpression: times.cron,
    ScheduleExpressionTimezone: timezone,
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { ...target, RetryPolicy: { MaximumRetryAttempts: START_ATTEMPTS } },
  };
}
