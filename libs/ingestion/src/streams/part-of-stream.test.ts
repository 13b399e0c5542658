import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partName } from '../part/part-name.ts';
import { startOf } from './part-of-stream.ts';
import type { StreamRecord, StreamSource } from './stream-source.ts';

const source = (isUnordered: boolean) => ({ isUnordered }) as StreamSource;
const records = (offsets: readonly (bigint | string)[]) =>
  offsets.map((offset) => ({ offset: String(offset) }) as StreamRecord);
const offset = fc.bigInt({ min: 0n, max: 2n ** 63n - 1n });

test('names of parts are in the order of partitions and offsets, and say where a part ends', () => {
  const part = fc.record({ partition: fc.nat(999), first: offset, count: fc.integer({ min: 1, max: 5 }) });
  fc.assert(
    fc.property(part, part, (a, b) => {
      const nameOf = ({ partition, first, count }: typeof a) => {
        const offsets = Array.from({ length: count }, (_, index) => first + BigInt(index));
        return partName(startOf(String(partition), records(offsets), source(false)));
      };
      const order = a.partition - b.partition || Number(a.first - b.first) || a.count - b.count;
      expect(Math.sign(order)).toBe(nameOf(a) === nameOf(b) ? 0 : nameOf(a) < nameOf(b) ? -1 : 1);
    }),
  );
});

test('where offsets have no order, other records make another name', () => {
  const ids = fc.uniqueArray(fc.stringMatching(/^\d{1,6}$/), { minLength: 1, maxLength: 6 });
  fc.assert(
    fc.property(ids, ids, (a, b) => {
      const [one, other] = [a, b].map((all) => startOf('s', records(all), source(true)));
      expect(one === other).toBe(JSON.stringify(a) === JSON.stringify(b));
    }),
  );
});
