import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Channel, Outgoing, Received, ReceiverOptions } from '../channel.ts';
import type { LocationOf } from '../location.ts';
import { MessagingError } from '../messaging-error.ts';

/** A message in a queue of this process, whoever has it. */
interface Held {
  readonly message: Outgoing;
  readonly id: string;
  readonly published: Date;
  /** Counts the times that it was handed out: an answer to an earlier one is too late. */
  attempt: number;
  /** Milliseconds since 1970: from then on it is nobody's. */
  free: number;
}

type Messages = Map<string, Held>;

interface Topic {
  /** By subscription; what is published before there is one waits under `''`. */
  readonly subscriptions: Map<string, Messages>;
  readonly waiting: Set<() => void>;
}

const topics = new Map<string, Topic>();

/** A queue of this process, by name: it is gone with the process, and otherwise does what the services do. */
export function memoryChannel({ uri, topic: name, subscription = '' }: LocationOf<'memory'>): Channel {
  const topic = entry(topics, name, (): Topic => ({ subscriptions: new Map(), waiting: new Set() }));
  const messages = entry(topic.subscriptions, subscription, (): Messages => new Map());
  return {
    uri,
    send: async (message) => put(topic, message),
    receiver: (options) => ({
      receive: (limit, signal) => receive({ uri, topic, messages, options }, limit, signal),
      close: async () => undefined,
    }),
    close: async () => undefined,
  };
}

function entry<Value>(map: Map<string, Value>, key: string, make: () => Value): Value {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}

function put(topic: Topic, message: Outgoing): string {
  const id = randomUUID();
  const named = [...topic.subscriptions].filter(([subscription]) => subscription !== '');
  const targets = named.length > 0 ? named.map(([, messages]) => messages) : topic.subscriptions.values();
  for (const messages of targets) messages.set(id, { message, id, published: new Date(), attempt: 0, free: 0 });
  wake(topic);
  return id;
}

function wake({ waiting }: Topic): void {
  for (const go of waiting) go();
}

/** What the messages of one receiver need. */
interface Source {
  readonly uri: string;
  readonly topic: Topic;
  readonly messages: Messages;
  readonly options: ReceiverOptions;
}

async function receive(source: Source, limit: number, signal: AbortSignal): Promise<Received[]> {
  const { topic, messages, options } = source;
  const end = Date.now() + options.waitSeconds * 1000;
  while (!signal.aborted) {
    const now = Date.now();
    const free = [...messages.values()].filter((held) => held.free <= now).slice(0, limit);
    if (free.length > 0 || now >= end) return free.map((held) => handOut(source, held));
    const next = Math.min(end, ...Array.from(messages.values(), (held) => held.free));
    await change(topic, next - now, signal);
  }
  return [];
}

/** Waits for a message, or until one is free again. */
async function change({ waiting }: Topic, milliseconds: number, signal: AbortSignal): Promise<void> {
  const woken = new AbortController();
  const go = () => woken.abort();
  waiting.add(go);
  await sleep(milliseconds, undefined, { signal: AbortSignal.any([signal, woken.signal]) }).catch(() => undefined);
  waiting.delete(go);
}

function handOut({ uri, topic, messages, options: { leaseSeconds } }: Source, held: Held): Received {
  const attempt = ++held.attempt;
  const lease = () => {
    held.free = Date.now() + leaseSeconds * 1000;
  };
  lease();
  const mine = async (work: () => void) => {
    const isMine = messages.get(held.id) === held && held.attempt === attempt && Date.now() <= held.free;
    if (!isMine) throw new MessagingError(`${uri}: the lease of ${held.id} is over`, 'lost');
    work();
  };
  return {
    ...held.message,
    id: held.id,
    published: held.published,
    attempt,
    leaseSeconds,
    extend: () => mine(lease),
    done: () => mine(() => messages.delete(held.id)),
    giveBack: (seconds) =>
      mine(() => {
        held.free = Date.now() + seconds * 1000;
        wake(topic);
      }),
  };
}
