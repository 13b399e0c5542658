import { randomUUID } from 'node:crypto';
import { google } from '@google-cloud/pubsub/build/protos/protos.js';
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData, status } from '@grpc/grpc-js';

const { v1 } = google.pubsub;

/** A message of one subscription. */
interface Held {
  readonly message: google.pubsub.v1.IPubsubMessage;
  attempt: number;
  ackId: string;
  /** Milliseconds since 1970: from then on it can be handed out. */
  free: number;
}

interface Subscription {
  readonly topic: string;
  readonly ackDeadlineSeconds: number;
  readonly isOrdered: boolean;
  readonly countsAttempts: boolean;
  held: Held[];
}

export interface PubsubServer {
  /** For `PUBSUB_EMULATOR_HOST`. */
  readonly address: string;
  readonly stop: () => void;
}

/** What Pub/Sub does with topics, subscriptions, deadlines and ordering keys, by the messages of Google's own package. */
export async function startPubsub(): Promise<PubsubServer> {
  const topics = new Set<string>();
  const subscriptions = new Map<string, Subscription>();
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of waiting) go();
  };
  let published = 0;
  const subscriptionOf = (name: string) =>
    subscriptions.get(name) ?? refuse(status.NOT_FOUND, `no subscription ${name}`);
  const server = new Server();
  server.addService(
    ...service('Publisher', {
      CreateTopic: unary(v1.Topic, v1.Topic, async (topic) => {
        topics.add(topic.name);
        return topic;
      }),
      Publish: unary(v1.PublishRequest, v1.PublishResponse, async ({ topic, messages }) => {
        if (!topics.has(topic)) refuse(status.NOT_FOUND, `no topic ${topic}`);
        const seconds = Math.floor(Date.now() / 1000);
        const stored = messages.map((message) => ({
          ...message,
          messageId: String(++published),
          publishTime: { seconds },
        }));
        for (const subscription of subscriptions.values()) {
          if (subscription.topic !== topic) continue;
          subscription.held.push(...stored.map((message) => ({ message, attempt: 0, ackId: '', free: 0 })));
        }
        wake();
        return { messageIds: stored.map(({ messageId }) => messageId) };
      }),
    }),
  );
  server.addService(
    ...service('Subscriber', {
      CreateSubscription: unary(v1.Subscription, v1.Subscription, async (asked) => {
        subscriptions.set(asked.name, {
          topic: asked.topic,
          ackDeadlineSeconds: asked.ackDeadlineSeconds || 10,
          isOrdered: asked.enableMessageOrdering,
          countsAttempts: asked.deadLetterPolicy !== null && asked.deadLetterPolicy !== undefined,
          held: [],
        });
        return asked;
      }),
      Pull: unary(v1.PullRequest, v1.PullResponse, async ({ subscription: name, maxMessages }, call) => {
        const subscription = subscriptionOf(name);
        while (!call.cancelled) {
          const free = freeOf(subscription).slice(0, maxMessages);
          if (free.length > 0) return { receivedMessages: free.map((held) => handOut(held, subscription)) };
          await change(waiting, subscription, call);
        }
        return {};
      }),
      Acknowledge: unary(v1.AcknowledgeRequest, empty, async ({ subscription: name, ackIds }) => {
        const subscription = subscriptionOf(name);
        const now = Date.now();
        subscription.held = subscription.held.filter(({ ackId, free }) => !ackIds.includes(ackId) || free <= now);
        wake();
        return {};
      }),
      ModifyAckDeadline: unary(v1.ModifyAckDeadlineRequest, empty, async (asked) => {
        const subscription = subscriptionOf(asked.subscription);
        for (const held of subscription.held) {
          const isMine = asked.ackIds.includes(held.ackId) && held.free > Date.now();
          if (isMine) held.free = Date.now() + asked.ackDeadlineSeconds * 1000;
        }
        wake();
        return {};
      }),
    }),
  );
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, bound) =>
      error === null ? resolve(bound) : reject(error),
    );
  });
  return { address: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

const empty = google.protobuf.Empty;

/** A class of messages that protobufjs made. */
interface Kind<Message> {
  readonly decode: (bytes: Uint8Array) => Message;
  readonly encode: (message: never) => { finish: () => Uint8Array };
}

type Call = Pick<ServerUnaryCall<unknown, unknown>, 'cancelled' | 'on' | 'off'>;

interface Method {
  readonly request: Kind<unknown>;
  readonly response: Kind<unknown>;
  readonly answer: (request: never, call: Call) => Promise<object>;
}

function unary<Request>(
  request: Kind<Request>,
  response: Kind<unknown>,
  answer: (request: Request, call: Call) => Promise<object>,
): Method {
  return { request, response, answer };
}

/** A service of gRPC, of methods by name. */
function service(name: string, methods: Readonly<Record<string, Method>>): Parameters<Server['addService']> {
  const entries = Object.entries(methods);
  const definition = entries.map(([method, { request, response }]) => [
    method,
    {
      path: `/google.pubsub.v1.${name}/${method}`,
      requestStream: false as const,
      responseStream: false as const,
      requestSerialize: bytesOf,
      requestDeserialize: (bytes: Buffer) => request.decode(bytes),
      responseSerialize: (message: unknown) => Buffer.from(response.encode(message as never).finish()),
      responseDeserialize: bytesOf,
    },
  ]);
  const handlers = entries.map(([method, { answer }]) => [
    method,
    (call: ServerUnaryCall<never, unknown>, done: sendUnaryData<unknown>) => {
      answer(call.request, call).then(
        (response) => done(null, response),
        (error: Error) => done(error),
      );
    },
  ]);
  return [Object.fromEntries(definition), Object.fromEntries(handlers)];
}

/** Of what only a client does. */
function bytesOf(): never {
  throw new Error('this is a server');
}

function refuse(code: status, details: string): never {
  throw Object.assign(new Error(details), { code, details });
}

function freeOf({ held, isOrdered }: Subscription): Held[] {
  const now = Date.now();
  const blocked = new Set<string>();
  return held.filter(({ free, message: { orderingKey: key } }) => {
    const isFree = free <= now && !(isOrdered && key && blocked.has(key));
    if (!isFree && key) blocked.add(key);
    return isFree;
  });
}

function handOut(held: Held, { ackDeadlineSeconds, countsAttempts }: Subscription) {
  held.ackId = randomUUID();
  held.free = Date.now() + ackDeadlineSeconds * 1000;
  held.attempt++;
  return { ackId: held.ackId, message: held.message, deliveryAttempt: countsAttempts ? held.attempt : 0 };
}

/** Until a message is published, answered or free again, or the caller is gone. */
async function change(waiting: Set<() => void>, { held }: Subscription, call: Call): Promise<void> {
  const next = Math.min(1000, ...held.map(({ free }) => free - Date.now()).filter((pause) => pause > 0));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(go, next);
    function go() {
      clearTimeout(timer);
      waiting.delete(go);
      call.off('cancelled', go);
      resolve();
    }
    waiting.add(go);
    call.on('cancelled', go);
  });
}
