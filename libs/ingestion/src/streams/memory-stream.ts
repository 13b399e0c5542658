import type { OpenStream, StreamEvent, StreamRecord, StreamSource } from './stream-source.ts';

/** A stream of one partition in this process, for tests of what reads one: what was committed doesn't come again. */
export interface MemoryStream extends StreamSource {
  /** Adds a record: its value as text, or nothing for a key that is gone. */
  add(value: string | undefined, key?: string): void;
}

/**
 * Makes an empty stream.
 *
 * @example
 * ```ts
 * const orders = memoryStream('orders');
 * orders.add('{ "id": 1 }');
 * await ingestStream({ source: orders, table, dataset, until: 'drained' });
 * ```
 */
export function memoryStream(name: string): MemoryStream {
  const records: StreamRecord[] = [];
  const waiting = new Set<() => void>();
  const wake = () => {
    for (const go of waiting) go();
    waiting.clear();
  };
  let committed = 0;
  return {
    name: `memory ${name}`,
    keeps: 'service',
    offsetType: 'BIGINT',
    add: (value, key) => {
      const offset = String(records.length);
      const bytes = value === undefined ? undefined : Buffer.from(value);
      records.push({ partition: '0', offset, key, value: bytes, timestamp: new Date(), attributes: {} });
      wake();
    },
    open: async () => {
      const end = records.length;
      let next = committed;
      let isOpen = true;
      async function* events(): AsyncGenerator<StreamEvent, void> {
        while (isOpen) {
          const batch = records.slice(next);
          next = records.length;
          if (batch.length > 0) yield { records: batch };
          else await new Promise<void>((go) => waiting.add(go));
        }
      }
      return {
        events: events(),
        isDrained: () => next >= end,
        commit: async (positions) => {
          committed = Math.max(committed, Number(positions['0'] ?? -1) + 1);
        },
        close: async () => {
          isOpen = false;
          wake();
        },
      } satisfies OpenStream;
    },
  };
}
