import type { Message, SQSClient } from '@aws-sdk/client-sqs';
import type { Channel, Outgoing, Received, ReceiverOptions } from '../channel.ts';
import { idsOf, splitMeta, withMeta } from '../envelope.ts';
import type { LocationOf } from '../location.ts';
import { explained } from '../messaging-error.ts';
import { awsReason } from './aws.ts';
import { asText, fromText } from './sqs-text.ts';

/** SQS's limits: messages in one answer, and seconds that a message can be hidden. */
const MOST = 10;
const LONGEST_SECONDS = 43_200;

type Sdk = typeof import('@aws-sdk/client-sqs');

/** What the calls to one queue share. */
interface Target {
  readonly uri: string;
  readonly sdk: Sdk;
  readonly client: SQSClient;
  readonly url: string;
}

/** A queue of SQS; `AWS_ENDPOINT_URL` and the credentials are where AWS's own tools look for them. */
export async function sqsChannel(location: Omit<LocationOf<'sqs'>, 'scheme'>): Promise<Channel> {
  const { uri, region, account, queue } = location;
  const sdk = await import('@aws-sdk/client-sqs');
  const client = new sdk.SQSClient({ region });
  const request = new sdk.GetQueueUrlCommand({ QueueName: queue, QueueOwnerAWSAccountId: account });
  const told = <Result>(what: string, work: (target: Target) => Promise<Result>) =>
    explained(`${uri}: ${what}`, awsReason, async () => work({ uri, sdk, client, url: await url() }));
  let found: Promise<string> | undefined;
  const url = () => {
    found ??= client.send(request).then(({ QueueUrl = '' }) => QueueUrl);
    found.catch(() => {
      found = undefined;
    });
    return found;
  };
  return {
    uri,
    send: (message) => told('publish', (target) => send(target, queue.endsWith('.fifo'), message)),
    receiver: (options) => ({
      receive: (limit, signal) => told('receive', (target) => receive(target, options, limit, signal)),
      close: async () => undefined,
    }),
    close: async () => client.destroy(),
  };
}

async function send({ sdk, client, url }: Target, isFifo: boolean, message: Outgoing): Promise<string> {
  const { text, attributes, ids } = awsMessage(message, isFifo);
  const command = new sdk.SendMessageCommand({
    QueueUrl: url,
    MessageBody: text,
    MessageAttributes: attributes,
    ...ids,
  });
  const { MessageId = '' } = await client.send(command);
  return MessageId;
}

/** A message as SQS and SNS take it alike. A `.fifo` keeps the order of a key, and drops copies within five minutes. */
export function awsMessage({ body, key, dedupeId, attributes }: Outgoing, isFifo: boolean) {
  const { text, encoding } = asText(body);
  const carried = withMeta(attributes, { ...idsOf({ key, dedupeId }), ...(encoding !== undefined && { encoding }) });
  const ids = isFifo && {
    MessageGroupId: key ?? 'none',
    MessageDeduplicationId: dedupeId ?? crypto.randomUUID(),
  };
  const typed = Object.entries(carried).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]);
  return { text, attributes: Object.fromEntries(typed) as Record<string, Attribute>, ids };
}

interface Attribute {
  readonly DataType: string;
  readonly StringValue: string;
}

async function receive(
  target: Target,
  { leaseSeconds, waitSeconds }: ReceiverOptions,
  limit: number,
  signal: AbortSignal,
): Promise<Received[]> {
  const { sdk, client, url } = target;
  const command = new sdk.ReceiveMessageCommand({
    QueueUrl: url,
    MaxNumberOfMessages: Math.min(limit, MOST),
    VisibilityTimeout: Math.ceil(leaseSeconds),
    WaitTimeSeconds: Math.ceil(waitSeconds),
    MessageAttributeNames: ['All'],
    MessageSystemAttributeNames: ['All'],
  });
  const { Messages = [] } = await client.send(command, { abortSignal: signal });
  return Messages.map((message) => received(target, message, leaseSeconds));
}

function received({ uri, sdk, client, url }: Target, message: Message, leaseSeconds: number): Received {
  const { MessageId: id = '', ReceiptHandle, Attributes: facts = {} } = message;
  const handle = { QueueUrl: url, ReceiptHandle };
  const told = <Result>(what: string, work: () => Promise<Result>) =>
    explained(`${uri}: ${what} ${id}`, awsReason, work);
  const hide = (seconds: number) =>
    new sdk.ChangeMessageVisibilityCommand({
      ...handle,
      VisibilityTimeout: Math.min(Math.ceil(seconds), LONGEST_SECONDS),
    });
  return {
    ...contentOf(message),
    id,
    published: new Date(Number(facts.SentTimestamp)),
    attempt: Number(facts.ApproximateReceiveCount ?? 1),
    leaseSeconds,
    retriesInPlace: facts.MessageGroupId !== undefined,
    extend: () => told('extend', async () => void (await client.send(hide(leaseSeconds)))),
    done: () => told('delete', async () => void (await client.send(new sdk.DeleteMessageCommand(handle)))),
    giveBack: (seconds) => told('give back', async () => void (await client.send(hide(seconds)))),
  };
}

function contentOf({ Body = '', MessageAttributes = {} }: Message): Outgoing {
  const notice = noticeOf(Body);
  const carried = notice?.attributes ?? MessageAttributes;
  const texts = Object.entries(carried).flatMap(([name, { StringValue }]) =>
    StringValue === undefined ? [] : [[name, StringValue]],
  );
  const { attributes, meta } = splitMeta(Object.fromEntries(texts));
  return { body: fromText(notice?.text ?? Body, meta.encoding), attributes, ...idsOf(meta) };
}

/** What SNS puts around a message, unless its subscription has raw delivery on. */
function noticeOf(body: string) {
  if (!body.includes('"TopicArn"')) return undefined;
  try {
    const { Type, TopicArn, Message: text, MessageAttributes = {} } = JSON.parse(body) as Record<string, unknown>;
    if (Type !== 'Notification' || typeof TopicArn !== 'string' || typeof text !== 'string') return undefined;
    const attributes = Object.entries(MessageAttributes as Record<string, { Value?: string }>).map(
      ([name, { Value }]) => [name, { StringValue: Value }],
    );
    return { text, attributes: Object.fromEntries(attributes) as Record<string, { StringValue?: string }> };
  } catch {
    return undefined;
  }
}
