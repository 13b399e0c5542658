import { ENVIRONMENTS } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { type ComponentRun, runComponent, TEST_CONTEXT } from '../../testing/run-component.ts';
import { messagingConfig, messagingProblems } from './config.ts';
import { Messaging, type MessagingArgs } from './messaging.ts';

const { dev } = messagingConfig.defaults;
const make = (args: Partial<MessagingArgs> = {}) =>
  runComponent((options) => {
    const messaging = new Messaging(
      'messages',
      { ...dev, context: TEST_CONTEXT, messagesKeyArn: 'arn:key/messages', ...args },
      options,
    );
    return { queues: messaging.queues, alerts: messaging.alertsTopicArn, events: messaging.eventsTopicArn };
  });

const QUEUE = 'aws:sqs/queue:Queue';
const SUBSCRIPTION = 'aws:sns/topicSubscription:TopicSubscription';
const statementsOf = (run: ComponentRun, type: string, name: string) =>
  JSON.parse(String(run.one(type, name).inputs.policy)).Statement;

test('all queues and topics are encrypted with the key for messages, and refuse what comes without TLS', async () => {
  const run = await make();
  for (const { name, inputs } of [...run.all(QUEUE), ...run.all('aws:sns/topic:Topic')]) {
    expect(inputs.kmsMasterKeyId, name).toBe('arn:key/messages');
  }
  const policies = [...run.all('aws:sqs/queuePolicy:QueuePolicy'), ...run.all('aws:sns/topicPolicy:TopicPolicy')];
  expect(policies).toHaveLength(run.all(QUEUE).length + 2);
  for (const { inputs } of policies) {
    const [tls] = JSON.parse(String(inputs.policy)).Statement;
    expect(tls).toMatchObject({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } });
  }
});

test('a message that fails too often goes to the dead letters of its queue, which take no others', async () => {
  const run = await make({ queues: { work: { ...dev.queues.predictions, maxReceives: 3 } } as never });
  const arnOf = (name: string) => `arn:aws:sqs:eu-central-1:111111111111:${name}`;
  const redrive = JSON.parse(String(run.one(QUEUE, 'messages-work').inputs.redrivePolicy));
  expect(redrive).toEqual({
    deadLetterTargetArn: expect.stringContaining(arnOf('messages-work-dead')),
    maxReceiveCount: 3,
  });
  const allow = run.one('aws:sqs/redriveAllowPolicy:RedriveAllowPolicy').inputs;
  expect(allow.queueUrl).toContain('messages-work-dead');
  expect(JSON.parse(String(allow.redriveAllowPolicy))).toEqual({
    redrivePermission: 'byQueue',
    sourceQueueArns: [(run.outputs.queues as Record<string, { arn: string }>).work?.arn],
  });
  expect(run.one(QUEUE, 'messages-work-dead').inputs.messageRetentionSeconds).toBe(1_209_600);
});

test('services publish to the topics in the name of this account only', async () => {
  const run = await make();
  const [, alerts] = statementsOf(run, 'aws:sns/topicPolicy:TopicPolicy', 'messages-alerts');
  expect(alerts.Principal.Service).toEqual(
    expect.arrayContaining(['cloudwatch.amazonaws.com', 'events.amazonaws.com']),
  );
  expect(alerts.Condition).toEqual({ StringEquals: { 'aws:SourceAccount': '111111111111' } });
  const [, events] = statementsOf(run, 'aws:sns/topicPolicy:TopicPolicy', 'messages-events');
  expect(events.Principal.Service).toEqual(['events.amazonaws.com']);
});

test('who is named gets alerts and events; what a URL does not take is kept', async () => {
  expect((await make()).all(SUBSCRIPTION)).toEqual([]);
  const run = await make({
    alertEmails: ['team@example.com'],
    alertUrls: ['https://pager.example.com/in'],
    eventUrls: ['https://ci.example.com/in'],
  });
  const subscriptions = run.all(SUBSCRIPTION).map(({ inputs }) => [inputs.topic, inputs.protocol, inputs.endpoint]);
  expect(subscriptions).toEqual([
    [run.outputs.alerts, 'email', 'team@example.com'],
    [run.outputs.alerts, 'https', 'https://pager.example.com/in'],
    [run.outputs.events, 'https', 'https://ci.example.com/in'],
  ]);
  const { redrivePolicy } = run.one(SUBSCRIPTION, 'messages-events-url-0').inputs;
  expect(JSON.parse(String(redrivePolicy)).deadLetterTargetArn).toContain('messages-undelivered');
  const [, topics] = statementsOf(run, 'aws:sqs/queuePolicy:QueuePolicy', 'messages-undelivered');
  expect(topics).toMatchObject({ Principal: { Service: 'sns.amazonaws.com' }, Action: ['sqs:SendMessage'] });
});

test('the defaults are settings without a problem', () => {
  for (const environment of ENVIRONMENTS) {
    const settings = messagingConfig.defaults[environment];
    expect(messagingConfig.schema.parse(settings)).toEqual(settings);
    expect(messagingProblems(settings)).toEqual([]);
  }
});

test('a queue that forgets messages before their last try is refused', () => {
  const short = { visibilitySeconds: 60, maxReceives: 5, delaySeconds: 0, retentionSeconds: 300 };
  expect(messagingProblems({ ...dev, queues: { work: short } })).toEqual([
    { key: 'messaging.queues.work.retentionSeconds', value: 300, expected: expect.stringContaining('last try') },
  ]);
});

test.each([
  { alertEmails: ['nobody'] },
  { alertUrls: ['http://pager.example.com'] },
  { queues: { 'No Name': dev.queues } },
])('%j is refused', (wrong) => {
  expect(messagingConfig.schema.safeParse({ ...dev, ...wrong }).success).toBe(false);
});
