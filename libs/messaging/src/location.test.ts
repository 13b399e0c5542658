import { expect, test } from 'vitest';
import { masked, parseLocation } from './location.ts';

test.each([
  ['memory:orders?subscription=a', { scheme: 'memory', topic: 'orders', subscription: 'a' }],
  ['sqs://eu-central-1/123456789012/orders.fifo', { scheme: 'sqs', region: 'eu-central-1', queue: 'orders.fifo' }],
  ['sns://us-east-1/123456789012/news?queue=mine', { scheme: 'sns', topic: 'news', queue: 'mine' }],
  ['pubsub://acme-dev/orders?subscription=lake', { scheme: 'pubsub', project: 'acme-dev', topic: 'orders' }],
  [
    'servicebus://acme/orders/eu?part=dead-letters',
    { scheme: 'servicebus', entity: 'orders/eu', part: 'dead-letters' },
  ],
  ['kafka://a:9092,b:9092/orders?group=g&tls=true', { scheme: 'kafka', brokers: 'a:9092,b:9092', group: 'g' }],
  ['kafka://me:p%40ss@a:9092/orders', { credentials: 'me:p%40ss', topic: 'orders', uri: 'kafka://***@a:9092/orders' }],
])('%s', (uri, location) => {
  expect(parseLocation(uri)).toMatchObject({ uri: masked(uri), ...location });
});

test.each([
  ['orders', /is no queue, expected memory:TOPIC, sqs:\/\/REGION\/ACCOUNT\/QUEUE, /],
  ['amqp://host/orders', /is no queue/],
  ['sqs://eu-central-1/orders', /expected sqs:\/\/REGION\/ACCOUNT\/QUEUE/],
  ['kafka://a:9092', /expected kafka:\/\//],
  ['kafka://me:only-here@a:9092', /kafka:\/\/\*\*\*@a:9092 is no queue/],
  ['toString:x', /is no queue/],
  ['servicebus://acme/orders?part=dead-letter', /'part' is 'dead-letter', expected 'dead-letters'/],
])('%s is refused', (uri, message) => {
  let refused: unknown;
  try {
    parseLocation(uri);
  } catch (thrown) {
    refused = thrown;
  }
  expect(refused).toMatchObject({ code: 'usage', message: expect.stringMatching(message) });
  expect(String((refused as Error).message)).not.toContain('only-here');
});

test('a parameter that there is not is told from those that there are', () => {
  const parse = () => parseLocation('pubsub://acme-dev/orders?subscribtion=lake');
  expect(parse).toThrow(expect.objectContaining({ code: 'usage', hint: "did you mean 'subscription'?" }));
});
