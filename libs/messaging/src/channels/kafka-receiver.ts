import { setTimeout as sleep } from 'node:timers/promises';
import type { Received, Receiver, ReceiverOptions } from '../channel.ts';
import { idsOf, splitMeta } from '../envelope.ts';
import type { GroupOptions } from '../kafka/group-member.ts';
import { readTopic, type TopicEvent, type TopicReader, type TopicRecord } from '../kafka/read-topic.ts';
import { MessagingError } from '../messaging-error.ts';
import { type Progress, progressFrom } from './kafka-progress.ts';

export interface KafkaSource extends GroupOptions {
  readonly uri: string;
}

type Source = KafkaSource & { readonly sessionSeconds: number };

/** A member of a group, and what it has in hand of each partition that is its own. */
interface Member {
  readonly reader: TopicReader;
  readonly partitions: Map<number, Progress>;
  /** The question that is open; it outlasts a `receive` that found nothing. */
  asked: Promise<IteratorResult<TopicEvent>> | undefined;
  committing: Promise<void> | undefined;
}

/** Joins the group with the first question, and leaves it at the end; after an error it joins anew. */
export function kafkaReceiver(topic: KafkaSource, { leaseSeconds, waitSeconds }: ReceiverOptions): Receiver {
  const source = { ...topic, sessionSeconds: leaseSeconds };
  let member: Member | undefined;
  const leave = async () => {
    const leaving = member;
    member = undefined;
    await leaving?.committing?.catch(() => undefined);
    await leaving?.reader.close();
  };
  return {
    receive: async (limit, signal) => {
      try {
        member ??= await join(source);
        return await receive(member, source, limit, waitSeconds, signal);
      } catch (thrown) {
        await leave();
        throw thrown;
      }
    },
    close: leave,
  };
}

async function join(options: GroupOptions): Promise<Member> {
  return { reader: await readTopic(options), partitions: new Map(), asked: undefined, committing: undefined };
}

async function receive(member: Member, source: Source, limit: number, seconds: number, signal: AbortSignal) {
  const batch: Received[] = [];
  const over = new AbortController();
  const end = sleep(seconds * 1000, undefined, { signal: AbortSignal.any([signal, over.signal]) }).catch(
    () => undefined,
  );
  while (batch.length < limit) {
    member.asked ??= member.reader.events.next();
    // What has come already is taken along; nothing is waited for once there is something.
    const event = await Promise.race([member.asked, batch.length > 0 ? soon() : end]);
    if (event === undefined) break;
    member.asked = undefined;
    if (event.done) throw new MessagingError(`${source.uri}: the connection ended`, 'failed');
    const { assigned, record } = event.value;
    if (assigned !== undefined) share(member.partitions, assigned);
    else if (member.partitions.get(record.partition)?.take(record.offset)) batch.push(received(member, source, record));
  }
  over.abort();
  return batch;
}

async function soon(): Promise<undefined> {
  await new Promise(setImmediate);
}

/** What is in hand of a partition that stays is handled on, and not handed out twice. */
function share(partitions: Member['partitions'], assigned: NonNullable<TopicEvent['assigned']>): void {
  const starts = new Map(assigned.map(({ partition, start }) => [partition, start]));
  for (const partition of partitions.keys()) if (!starts.has(partition)) partitions.delete(partition);
  for (const [partition, start] of starts) {
    // Another member had it in between, and is further.
    const isBehind = (partitions.get(partition)?.next() ?? -1n) < start;
    if (isBehind) partitions.set(partition, progressFrom(start));
  }
}

function received(member: Member, { uri, sessionSeconds }: Source, record: TopicRecord): Received {
  const { partition, offset, value, key, timestamp, headers } = record;
  const id = `${partition}-${offset}`;
  const progress = member.partitions.get(partition);
  const check = () => {
    if (progress !== undefined && member.partitions.get(partition) === progress) return progress;
    throw new MessagingError(`${uri}: another member of the group has partition ${partition} now`, 'lost');
  };
  const texts = Array.from(headers, ([name, text]) => [String(name), String(text)]);
  const { attributes, meta } = splitMeta(Object.fromEntries(texts));
  return {
    body: value ?? Buffer.alloc(0),
    attributes,
    ...idsOf({ key: key?.toString(), dedupeId: meta.dedupeId }),
    id,
    published: new Date(Number(timestamp)),
    attempt: 1,
    leaseSeconds: sessionSeconds,
    retriesInPlace: true,
    extend: async () => void check(),
    done: async () => {
      check().finish(offset);
      await commit(member);
    },
    // It isn't committed: whoever reads the partition next begins there.
    giveBack: async () => undefined,
  };
}

/** One commit at a time, of all that is done by then. */
async function commit(member: Member): Promise<void> {
  await member.committing?.catch(() => undefined);
  member.committing ??= member.reader
    .commit(new Map(Array.from(member.partitions, ([partition, progress]) => [partition, progress.next()])))
    .finally(() => {
      member.committing = undefined;
    });
  await member.committing;
}
