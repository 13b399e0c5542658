import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createdEvent } from '../testing/events.ts';
import { messageOfNotice, noticeOf } from './message-of.ts';

const notice = (type: string, detail: object) =>
  noticeOf({ source: 'aws.x', 'detail-type': type, account: '111111111111', region: 'eu-central-1', detail });
const WHERE = 'Account 111111111111, eu-central-1';

test.each([
  {
    event: notice('SageMaker Model Package State Change', {
      ModelPackageGroupName: 'flights',
      ModelPackageVersion: 7,
      ModelPackageArn: 'arn:package',
      ModelApprovalStatus: 'Approved',
      ModelPackageStatus: 'Completed',
      CreationTime: 1,
    }),
    subject: 'Model flights 7: Approved',
    lines: ['arn:package'],
  },
  {
    event: notice('SageMaker Model Building Pipeline Execution Status Change', {
      pipelineArn: 'arn:aws:sagemaker:eu-central-1:111111111111:pipeline/flights',
      pipelineExecutionArn: 'arn:run',
      currentPipelineExecutionStatus: 'Failed',
    }),
    subject: 'Pipeline flights: Failed',
    lines: ['arn:run'],
  },
  {
    event: notice('Step Functions Execution Status Change', {
      stateMachineArn: 'arn:aws:states:eu-central-1:111111111111:stateMachine:flights',
      executionArn: 'arn:run',
      status: 'FAILED',
      cause: 'no space',
    }),
    subject: 'State machine flights: FAILED',
    lines: ['no space', 'arn:run'],
  },
  { event: notice('Something Else', { a: 1 }), subject: 'Something Else', lines: ['{"a":1}'] },
])('$subject', ({ event, subject, lines }) => {
  expect(messageOfNotice(event)).toEqual({ subject, text: [subject, ...lines, WHERE].join('\n') });
});

test('refused data is named as it was, with the reason and where it is now', () => {
  const event = createdEvent('lake', 'quarantine/raw/orders/a.csv', { size: 1, etag: 'e' });
  const { subject, text } = messageOfNotice(noticeOf(event), 'it has no rows');
  expect(subject).toBe('Data refused: raw/orders/a.csv');
  expect(text).toBe(
    ['Data refused: raw/orders/a.csv', 'it has no rows', 'It is in s3://lake/quarantine/raw/orders/a.csv', WHERE].join(
      '\n',
    ),
  );
});

test('any subject is one that SNS takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 300 }), (name) => {
      expect(messageOfNotice(notice(`A ${name}`, {})).subject).toMatch(/^[\x20-\x7e]{1,100}$/);
    }),
  );
});

test('what is no event is refused', () => {
  expect(() => noticeOf({ Records: [] })).toThrow();
});
