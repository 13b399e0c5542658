import { LinkRefused, startAmqp } from '@ml-platform/messaging/testing/amqp-server';
import type { AmqpServer, Answer } from '@ml-platform/messaging/testing/amqp-server';
import rhea, { type Message, type Sender } from 'rhea';

interface Event {
  readonly sequence: number;
  readonly enqueued: Date;
  readonly key: string | undefined;
  readonly body: Buffer;
}

interface Partition {
  events: Event[];
  next: number;
}

interface Hub {
  readonly partitions: readonly Partition[];
  /** Who reads, and what comes next for it. */
  readonly links: Map<Sender, { readonly partition: number; next: number }>;
}

export interface EventHubsServer extends AmqpServer {
  readonly createHub: (name: string, partitions: number) => void;
  readonly put: (hub: string, partition: number, body: string | Buffer, key?: string) => void;
  /** Deletes what is before a sequence number. */
  readonly expire: (hub: string, partition: number, before: number) => void;
}

const SOURCE = /^([^/]+)\/ConsumerGroups\/([^/]+)\/Partitions\/(\d+)$/;

/** What Event Hubs does with hubs, partitions, positions and owners, as its SDK speaks to it. */
export async function startEventHubs(): Promise<EventHubsServer> {
  const hubs = new Map<string, Hub>();
  const hubOf = (name: string) => {
    const hub = hubs.get(name);
    if (hub === undefined) throw new LinkRefused('amqp:not-found', `the messaging entity '${name}' could not be found`);
    return hub;
  };
  const partitionOf = (hub: string, partition: number) => {
    const found = hubOf(hub).partitions[partition];
    if (found === undefined) throw new LinkRefused('amqp:not-found', `there is no partition ${partition}`);
    return found;
  };
  const server = await startAmqp({
    onSource: (address, link) => {
      const [, name = '', , id = ''] = SOURCE.exec(address) ?? [];
      const hub = hubOf(name);
      const partition = Number(id);
      for (const [other, { partition: taken }] of hub.links) {
        if (taken !== partition) continue;
        hub.links.delete(other);
        other.close({ condition: 'amqp:link:stolen', description: 'a new receiver has come' });
      }
      hub.links.set(link, { partition, next: startOf(link) });
      link.on('sender_close', () => hub.links.delete(link));
    },
    onFlow: (address) => handOut(hubOf(SOURCE.exec(address)?.[1] ?? '')),
    onMessage: () => {
      throw new Error('events are put by the test');
    },
    checkTarget: (address) => void hubOf(address),
    manage: (_, request) => {
      const { name, partition } = request.application_properties ?? {};
      const hub = hubs.get(String(name));
      if (hub === undefined) {
        return {
          status: 404,
          condition: 'amqp:not-found',
          description: `The messaging entity '${name}' could not be found.`,
        };
      }
      return partition === undefined
        ? hubAnswer(String(name), hub)
        : partitionAnswer(String(name), hub, String(partition));
    },
  });
  return {
    ...server,
    createHub: (name, partitions) => {
      const empty = () => ({ events: [], next: 0 });
      hubs.set(name, { partitions: Array.from({ length: partitions }, empty), links: new Map() });
    },
    put: (hub, partition, body, key) => {
      const found = partitionOf(hub, partition);
      found.events.push({ sequence: found.next++, enqueued: new Date(), key, body: Buffer.from(body) });
      handOut(hubOf(hub));
    },
    expire: (hub, partition, before) => {
      const found = partitionOf(hub, partition);
      found.events = found.events.filter(({ sequence }) => sequence >= before);
    },
  };
}

/** By the selector: `amqp.annotation.x-opt-sequence-number > '5'`, or `…x-opt-offset > '-1'`, which are the same here. */
function startOf(link: Sender): number {
  const filter = JSON.stringify(link.source.filter);
  const [, sign, number = '-1'] = /x-opt-(?:sequence-number|offset) (>=?) '(-?\d+)'/.exec(filter) ?? [];
  return sign === '>=' ? Number(number) : Number(number) + 1;
}

/** Sent in this turn: rhea takes it off the credit in the next one. */
const taken = new WeakMap<Sender, number>();

function handOut(hub: Hub): void {
  for (const [link, reader] of hub.links) {
    const { events } = hub.partitions[reader.partition] ?? { events: [] };
    for (const event of events.filter(({ sequence }) => sequence >= reader.next)) {
      const { credit } = link as Sender & { credit: number };
      if (!link.is_open() || credit <= (taken.get(link) ?? 0)) break;
      taken.set(link, (taken.get(link) ?? 0) + 1);
      setImmediate(() => taken.set(link, (taken.get(link) ?? 0) - 1));
      reader.next = event.sequence + 1;
      // Event Hubs waits for no answer.
      Object.assign(link.send(messageOf(event)), { settled: true });
    }
  }
}

function messageOf({ sequence, enqueued, key, body }: Event): Message {
  return {
    body: rhea.message.data_section(body),
    message_annotations: {
      'x-opt-sequence-number': rhea.types.wrap_long(sequence),
      'x-opt-offset': String(sequence),
      'x-opt-enqueued-time': rhea.types.wrap_timestamp(Number(enqueued)),
      ...(key !== undefined && { 'x-opt-partition-key': key }),
    },
  };
}

function hubAnswer(name: string, { partitions }: Hub): Answer {
  const ids = Array.from(partitions.keys(), String);
  return { status: 200, body: { name, created_at: new Date(), partition_count: ids.length, partition_ids: ids } };
}

function partitionAnswer(name: string, { partitions }: Hub, id: string): Answer {
  const { events, next } = partitions[Number(id)] ?? { events: [], next: 0 };
  const last = events.at(-1);
  return {
    status: 200,
    body: {
      name,
      partition: id,
      begin_sequence_number: rhea.types.wrap_long(events[0]?.sequence ?? next),
      last_enqueued_sequence_number: rhea.types.wrap_long(next - 1),
      last_enqueued_offset: String(next - 1),
      last_enqueued_time_utc: last?.enqueued ?? new Date(0),
      is_partition_empty: events.length === 0,
    },
  };
}
