import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  ServiceBusClient,
  ServiceBusReceivedMessage,
  ServiceBusReceiver,
  ServiceBusSender,
} from '@azure/service-bus';
import { azureLogin } from '../azure/azure-login.ts';
import { azureReason } from '../azure/azure-reason.ts';
import type { Channel, Outgoing, Received, Receiver, ReceiverOptions } from '../channel.ts';
import { idsOf, splitMeta, withMeta } from '../envelope.ts';
import type { LocationOf } from '../location.ts';
import { explained } from '../messaging-error.ts';

/** For more messages, once there is one. */
const MORE_MILLISECONDS = 50;

/** A question that is given up leaves messages locked that nobody sees, so that it is rather let end. */
const LONGEST_WAIT_SECONDS = 1;

/** By itself it waits a minute for an answer that went down with its connection. */
const RETRIES = { maxRetries: 3, retryDelayInMs: 1000, timeoutInMs: 10_000 };

type Location = LocationOf<'servicebus'>;

/** A queue of Service Bus, or a topic and one of its subscriptions; `part=dead-letters` reads its dead letters. */
export function serviceBusChannel(location: Location): Channel {
  const { uri, entity } = location;
  let client: Promise<ServiceBusClient> | undefined;
  let sender: ServiceBusSender | undefined;
  const connected = () => {
    client ??= connect(location.namespace);
    return client;
  };
  return {
    uri,
    hasDeadLetters: true,
    send: (message) =>
      explained(`${uri}: publish`, azureReason, async () => {
        sender ??= (await connected()).createSender(entity);
        return send(sender, message);
      }),
    receiver: (options) => serviceBusReceiver(async () => receiverOf(await connected(), location), uri, options),
    close: async () => {
      await (await client)?.close();
      client = undefined;
      sender = undefined;
    },
  };
}

async function connect(namespace: string): Promise<ServiceBusClient> {
  const [sdk, login] = await Promise.all([
    import('@azure/service-bus'),
    azureLogin(namespace, 'SERVICEBUS_CONNECTION_STRING'),
  ]);
  const options = { retryOptions: RETRIES };
  return 'connection' in login
    ? new sdk.ServiceBusClient(login.connection, options)
    : new sdk.ServiceBusClient(login.host, login.credential, options);
}

function receiverOf(client: ServiceBusClient, { entity, subscription, part }: Location): ServiceBusReceiver {
  const options = {
    // Leases are kept by whoever handles a message.
    maxAutoLockRenewalDurationInMs: 0,
    skipParsingBodyAsJson: true,
    ...(part === 'dead-letters' && { subQueueType: 'deadLetter' as const }),
  };
  return subscription === undefined
    ? client.createReceiver(entity, options)
    : client.createReceiver(entity, subscription, options);
}

async function send(sender: ServiceBusSender, { body, key, dedupeId, attributes }: Outgoing): Promise<string> {
  const messageId = dedupeId ?? randomUUID();
  const applicationProperties = withMeta(attributes, idsOf({ key, dedupeId }));
  await sender.sendMessages({ body, messageId, contentType: 'application/json', applicationProperties });
  return messageId;
}

function serviceBusReceiver(open: () => Promise<ServiceBusReceiver>, uri: string, options: ReceiverOptions): Receiver {
  const stopped = new AbortController();
  let receiver: ServiceBusReceiver | undefined;
  return {
    receive: (limit) =>
      explained(`${uri}: receive`, azureReason, async () => {
        receiver ??= await open();
        const maxWaitTimeInMs = Math.min(options.waitSeconds, LONGEST_WAIT_SECONDS) * 1000;
        const waits = { maxWaitTimeInMs, maxTimeAfterFirstMessageInMs: MORE_MILLISECONDS };
        const messages = await receiver.receiveMessages(limit, waits);
        const from = receiver;
        return messages.map((message) => received({ from, uri, stopped: stopped.signal }, message));
      }),
    close: async () => {
      stopped.abort();
      await receiver?.close();
    },
  };
}

interface Source {
  readonly from: ServiceBusReceiver;
  readonly uri: string;
  readonly stopped: AbortSignal;
}

function received({ from, uri, stopped }: Source, message: ServiceBusReceivedMessage): Received {
  const {
    body,
    applicationProperties = {},
    sequenceNumber,
    enqueuedTimeUtc,
    deliveryCount = 0,
    lockedUntilUtc,
  } = message;
  const id = String(sequenceNumber);
  const told = (what: string, work: () => Promise<unknown>) =>
    explained(`${uri}: ${what} ${id}`, azureReason, async () => void (await work()));
  const texts = Object.entries(applicationProperties).map(([name, value]) => [name, String(value)]);
  const { attributes, meta } = splitMeta(Object.fromEntries(texts));
  return {
    body: Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body ?? null)),
    attributes,
    ...idsOf(meta),
    id,
    published: enqueuedTimeUtc ?? new Date(),
    // The SDK counts from 0, as AMQP does.
    attempt: deliveryCount + 1,
    leaseSeconds: Math.max((Number(lockedUntilUtc ?? 0) - Date.now()) / 1000, 1),
    extend: () => told('extend', () => from.renewMessageLock(message)),
    done: () => told('complete', () => from.completeMessage(message)),
    giveBack: async (seconds) => {
      // It would come again at once: the pause has to be here.
      const pause = Math.min(seconds * 1000, Math.max(Number(lockedUntilUtc ?? 0) - Date.now() - 1000, 0));
      await sleep(pause, undefined, { signal: stopped }).catch(() => undefined);
      await told('give back', () => from.abandonMessage(message));
    },
    bury: (reason) =>
      told('put aside', () =>
        from.deadLetterMessage(message, { deadLetterReason: 'failed', deadLetterErrorDescription: reason }),
      ),
  };
}
