import { createHash } from 'node:crypto';
import { messageOf } from '@ml-platform/errors';
import { unreadable } from '../part/rows.ts';
import type { Decode } from './decode-json.ts';
import type { StreamRecord, StreamSource } from './stream-source.ts';

/** Digits of a number in a name, so that names are in the order of offsets. */
const DIGITS = 20;

/**
 * Where a part begins, for its name, and where it ends: a stream's records never change, so that equal names are equal rows,
 * and it does no harm when a reader that was given up for dead writes one again.
 */
export function startOf(partition: string, records: readonly StreamRecord[], { isUnordered }: StreamSource): string {
  const [first, last] = [padded(records[0]?.offset ?? ''), padded(records.at(-1)?.offset ?? '')];
  if (isUnordered !== true) return `${padded(partition, 5)}-${first}-${last}`;
  const hash = createHash('sha256');
  for (const { offset } of records) hash.update(`${offset} `);
  return `${first}-${hash.digest('hex').slice(0, 16)}`;
}

function padded(text: string, digits = DIGITS): string {
  return /^\d+$/.test(text) ? text.padStart(digits, '0') : text;
}

/** The metadata columns of a stream's rows. */
export function originOf({ offsetType }: StreamSource) {
  return { _partition: 'VARCHAR', _offset: offsetType, _timestamp: 'TIMESTAMP' } as const;
}

/** What `unreadable` and the metadata are named: no field of a message is taken for them. */
const KEPT = ['_problem', '_raw', '_partition', '_offset', '_timestamp'];

/** Records as rows; one that can't be decoded is a row for quarantine, with its bytes. */
export function* rowsOf(records: readonly StreamRecord[], decode: Decode): Iterable<object> {
  for (const record of records) {
    const { partition, offset, timestamp, value } = record;
    const origin = { _partition: partition, _offset: offset, _timestamp: timestamp.toISOString() };
    try {
      const row = decode(record);
      if (row !== undefined) yield { ...withoutKept(row), ...origin };
    } catch (thrown) {
      yield unreadable(`can't be decoded: ${messageOf(thrown)}`, value?.toString('base64') ?? '', origin);
    }
  }
}

function withoutKept(row: object): object {
  if (!KEPT.some((name) => name in row)) return row;
  return Object.fromEntries(Object.entries(row).filter(([name]) => !KEPT.includes(name)));
}
