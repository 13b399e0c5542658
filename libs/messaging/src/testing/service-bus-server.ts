import { randomUUID } from 'node:crypto';
import rhea, { type Delivery, type EventContext, type Message, type Sender } from 'rhea';
import { type AmqpServer, type Answer, isAlive, LinkRefused, startAmqp } from './amqp-server.ts';

/** A message of one queue or subscription. */
interface Held {
  readonly message: Message;
  readonly sequence: number;
  readonly enqueued: Date;
  deliveries: number;
  /** Of the lock that it was last handed out under. */
  token: string;
  /** Milliseconds since 1970: from then on it can be handed out. */
  free: number;
}

interface Queue {
  held: Held[];
  readonly links: Set<Sender>;
}

export interface ServiceBusServer extends AmqpServer {
  readonly createQueue: (name: string) => void;
  readonly createTopic: (name: string, subscriptions: readonly string[]) => void;
}

const DEAD = '$deadletterqueue';

/** What Service Bus does with queues, topics, locks and dead letters, as its SDK speaks to it. */
export async function startServiceBus(lockSeconds: number): Promise<ServiceBusServer> {
  const queues = new Map<string, Queue>();
  const topics = new Map<string, readonly string[]>();
  let sequence = 0;
  const queueOf = (address: string) => {
    const queue = queues.get(nameOf(address));
    if (queue === undefined)
      throw new LinkRefused('amqp:not-found', `the messaging entity '${address}' could not be found`);
    return queue;
  };
  const put = (queue: Queue, message: Message) => {
    queue.held.push({ message, sequence: ++sequence, enqueued: new Date(), deliveries: 0, token: '', free: 0 });
    handOut(queue, lockSeconds);
  };
  const createQueue = (name: string) => {
    for (const one of [name, `${name}/${DEAD}`]) queues.set(one.toLowerCase(), { held: [], links: new Set() });
  };
  const server = await startAmqp({
    onSource: (address, link) => {
      const queue = queueOf(address);
      queue.links.add(link);
      link.on('sender_close', () => queue.links.delete(link));
      const dead = queues.get(`${nameOf(address)}/${DEAD}`);
      for (const outcome of ['accepted', 'rejected', 'released', 'modified']) {
        link.on(outcome, ({ delivery }: EventContext) => {
          if (delivery !== undefined) settle(queue, dead, outcome, delivery, put);
          handOut(queue, lockSeconds);
        });
      }
    },
    onFlow: (address) => handOut(queueOf(address), lockSeconds),
    onMessage: (address, message) => {
      const subscriptions = topics.get(nameOf(address)) ?? [''];
      for (const path of subscriptions) put(queueOf(`${nameOf(address)}${path}`), message);
    },
    checkTarget: (address) => void (topics.has(nameOf(address)) || queueOf(address)),
    manage: (entity, request) => renew(queueOf(entity), request, lockSeconds),
  });
  const ticks = setInterval(() => {
    for (const queue of queues.values()) handOut(queue, lockSeconds);
  }, 50);
  return {
    ...server,
    createQueue,
    createTopic: (name, subscriptions) => {
      const paths = subscriptions.map((subscription) => `/subscriptions/${subscription}`);
      topics.set(name.toLowerCase(), paths);
      for (const path of paths) createQueue(`${name}${path}`);
    },
    stop: () => {
      clearInterval(ticks);
      return server.stop();
    },
  };
}

/** Names don't tell capitals apart; a client may write the whole address. */
function nameOf(address: string): string {
  return address.replace(/^\w+:\/\/[^/]+\//, '').toLowerCase();
}

/** What is free, to who has credit. */
function handOut({ held, links }: Queue, lockSeconds: number): void {
  for (const link of links) {
    if (!isAlive(link)) links.delete(link);
    for (const one of held.filter(({ free }) => free <= Date.now())) {
      if (!isAlive(link) || creditOf(link) <= 0) break;
      take(link);
      one.token = randomUUID();
      one.free = Date.now() + lockSeconds * 1000;
      const annotations = {
        'x-opt-sequence-number': rhea.types.wrap_long(one.sequence),
        'x-opt-enqueued-time': rhea.types.wrap_timestamp(Number(one.enqueued)),
        'x-opt-locked-until': rhea.types.wrap_timestamp(one.free),
      };
      const message = { ...one.message, delivery_count: one.deliveries++, message_annotations: annotations };
      link.send(message as Message, tagOf(one.token));
    }
  }
}

/** Sent in this turn: rhea takes it off the credit in the next one. */
const taken = new WeakMap<Sender, number>();

function creditOf(link: Sender): number {
  return (link as Sender & { credit: number }).credit - (taken.get(link) ?? 0);
}

function take(link: Sender): void {
  taken.set(link, (taken.get(link) ?? 0) + 1);
  setImmediate(() => taken.set(link, (taken.get(link) ?? 0) - 1));
}

/** .NET writes the first three fields of a GUID with their bytes turned round. */
function tagOf(token: string): Buffer {
  const bytes = Buffer.from(token.replaceAll('-', ''), 'hex');
  return Buffer.concat([
    bytes.subarray(0, 4).reverse(),
    bytes.subarray(4, 6).reverse(),
    bytes.subarray(6, 8).reverse(),
    bytes.subarray(8),
  ]);
}

type Put = (queue: Queue, message: Message) => void;

function settle(queue: Queue, dead: Queue | undefined, outcome: string, delivery: Delivery, put: Put): void {
  if (delivery.settled) return;
  const { tag } = delivery as unknown as { tag: Buffer };
  const held = queue.held.find(({ token, free }) => token !== '' && free > Date.now() && tagOf(token).equals(tag));
  if (held === undefined) {
    const error = { condition: 'com.microsoft:message-lock-lost', description: 'the lock is over' };
    delivery.update(true, outcomeOf('rejected', { error }));
    return;
  }
  if (outcome === 'accepted' || outcome === 'rejected') {
    queue.held = queue.held.filter((one) => one !== held);
    if (outcome === 'rejected' && dead !== undefined)
      put(dead, { ...held.message, ...reasonsOf(held, delivery) } as Message);
  } else held.free = 0;
  delivery.update(true, outcomeOf('accepted'));
}

/** rhea's types leave these out. */
type Outcomes = Record<'accepted' | 'rejected', (fields?: object) => { described: () => Message }>;

function outcomeOf(name: keyof Outcomes, fields?: object): Message {
  return (rhea.message as unknown as Outcomes)[name](fields).described();
}

function reasonsOf({ message }: Held, delivery: Delivery) {
  const { error } = delivery.remote_state as { error?: { info?: Record<string, unknown> } };
  return { application_properties: { ...message.application_properties, ...error?.info } };
}

const LOCK_LOST = { status: 410, condition: 'com.microsoft:message-lock-lost' };

function renew(queue: Queue, { application_properties: asked, body }: Message, lockSeconds: number): Answer {
  if (asked?.operation !== 'com.microsoft:renew-lock') return { status: 501 };
  const [bytes] = (body as { 'lock-tokens': Buffer[] })['lock-tokens'];
  const token = bytes === undefined ? '' : rhea.uuid_to_string(bytes);
  const held = queue.held.find((one) => one.token === token && one.free > Date.now());
  if (held === undefined) return LOCK_LOST;
  held.free = Date.now() + lockSeconds * 1000;
  const expirations = rhea.types.wrap_array([new Date(held.free)], 0x83, undefined);
  return { status: 200, body: { expirations } };
}
