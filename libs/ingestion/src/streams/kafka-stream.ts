import { PlatformError } from '@ml-platform/errors';
import { type GroupOptions, readTopic } from '@ml-platform/messaging/clients';
import type { TopicEvent, TopicReader } from '@ml-platform/messaging/clients';
import { mayPass } from './may-pass.ts';
import type { OpenStream, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

export interface KafkaStreamOptions extends GroupOptions {
  /** What is done about records that were deleted before the group read them; `error` unless given. */
  readonly expired?: 'error' | 'skip';
}

/** What the reader throws has its reason already. */
const failed = () => 'failed' as const;

/**
 * A topic of Kafka, read by as many members of a group as there are runs. What the group has written it commits in Kafka, after
 * the files.
 *
 * @throws PlatformError when it is read: `notFound` for a topic that isn't there, `environment` for brokers that can't be
 * reached or refuse, `data` for records that expired.
 */
export function kafkaStream(options: KafkaStreamOptions): StreamSource {
  const name = `kafka ${options.topic}`;
  return {
    name,
    keeps: 'service',
    offsetType: 'BIGINT',
    open: async () => {
      const reader = await mayPass(name, failed, () => readTopic(options));
      return {
        events: eventsOf(reader, name, options),
        isDrained: reader.isDrained,
        commit: async (positions) => {
          const next = Object.entries(positions).map(([partition, offset]): [number, bigint] => [
            Number(partition),
            BigInt(offset) + 1n,
          ]);
          await mayPass(name, failed, () => reader.commit(new Map(next)));
        },
        close: reader.close,
      } satisfies OpenStream;
    },
  };
}

async function* eventsOf(reader: TopicReader, name: string, { expired = 'error' }: KafkaStreamOptions) {
  for (;;) {
    const { value: event, done } = await mayPass(name, failed, () => reader.events.next());
    if (done) return;
    if (expired === 'error') checkExpired(event, name);
    yield eventOf(event);
  }
}

function eventOf({ assigned, record }: TopicEvent): StreamEvent {
  if (assigned !== undefined) return { assigned: assigned.map(({ partition }) => String(partition)) };
  const { partition, offset, key, value, timestamp, headers } = record;
  const attributes = Object.fromEntries(Array.from(headers, ([header, text]) => [String(header), String(text)]));
  const known: StreamRecord = {
    partition: String(partition),
    offset: String(offset),
    key: key?.toString(),
    value,
    timestamp: new Date(Number(timestamp)),
    attributes,
  };
  return { records: [known] };
}

function checkExpired({ assigned = [] }: TopicEvent, name: string): void {
  for (const { partition, start, expired } of assigned) {
    if (expired === 0n) continue;
    throw new PlatformError(`${name}: ${expired} records of partition ${partition}, before ${start}, expired unread`, {
      code: 'data',
      hint: "keep records longer (retention.ms), or go on with what is there: expired: 'skip'",
    });
  }
}
