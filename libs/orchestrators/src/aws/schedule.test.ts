import { expect, test } from 'vitest';
import { documentOf } from '../testing/documents.ts';
import { arnBeside } from './arn.ts';
import { createSchedule } from './schedule.ts';

const ROLE = 'arn:aws:iam::123456789012:role/scheduler';
const TARGET = { Arn: 'arn:aws:states:eu-central-1:123456789012:stateMachine:sales', RoleArn: ROLE };

const scheduled = (cron: string, timezone = 'UTC') => documentOf([], [], { schedule: { cron, timezone } });

test("a schedule starts a state machine with its input, to the minute, in the pipeline's time zone", () => {
  const document = { ...scheduled('30 4 * * 1', 'Europe/Berlin'), description: 'Sales of the week' };
  expect(createSchedule(document, { ...TARGET, Input: '{"params":{}}' })).toEqual({
    Name: 'random',
    Description: 'Sales of the week',
    ScheduleExpression: 'cron(30 4 ? * MON *)',
    ScheduleExpressionTimezone: 'Europe/Berlin',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: { ...TARGET, Input: '{"params":{}}', RetryPolicy: { MaximumRetryAttempts: 3 } },
  });
});

test('a pipeline without a schedule has none', () => {
  expect(createSchedule(documentOf([]), TARGET)).toBeUndefined();
});

test("times that the scheduler can't say are refused, with who says so", () => {
  expect(() => createSchedule(scheduled('0 0 13 * 5'), TARGET)).toThrow(
    /pipeline 'random': schedule\.cron is '0 0 13 \* 5'; it names days of the month and days of the week; .*user guide/,
  );
  expect(() => createSchedule(scheduled('0 0 * * *', 'x'.repeat(51)), TARGET)).toThrow(
    /schedule\.timezone is x+; EventBridge Scheduler takes at most 50 characters/,
  );
});

test('an ARN is in the account and the partition of a role', () => {
  const role = 'arn:aws-cn:iam::123456789012:role/pipelines';
  const arn = arnBeside(role, 'sagemaker', 'cn-north-1', 'pipeline/sales');
  expect(arn).toBe('arn:aws-cn:sagemaker:cn-north-1:123456789012:pipeline/sales');
  expect(() => arnBeside('pipelines', 'sagemaker', 'cn-north-1', 'x')).toThrow(`"pipelines" isn't the ARN of a role`);
});
