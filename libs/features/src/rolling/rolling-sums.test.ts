import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type EntityBuckets, rollingSums } from './rolling-sums.ts';

const bucket = fc.record({ time: fc.integer({ min: -20, max: 30 }), value: fc.bigInt({ min: -9n, max: 9n }) });
const UNTIL = 25;

test('sums are those of going through all buckets, at each time at which one comes or leaves', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(bucket, { selector: ({ time }) => time, maxLength: 25 }),
      fc.array(fc.record({ column: fc.nat(1), over: fc.integer({ min: 1, max: 12 }) }), { maxLength: 5 }),
      (given, sums) => {
        const buckets = given.toSorted((a, b) => a.time - b.time);
        const found: unknown[] = [];
        rollingSums(columnsOf(buckets), sums, UNTIL, (time, totals, newest) => {
          found.push({ time, totals: [...totals], newest });
        });
        const times = buckets.flatMap(({ time }) => [time, ...sums.map(({ over }) => time + over)]);
        const points = [...new Set(times)].filter((time) => time >= 0 && time < UNTIL).sort((a, b) => a - b);
        const expected = points.map((now) => ({
          time: now,
          totals: sums.map(({ column, over }) =>
            buckets
              .filter(({ time }) => time <= now && time > now - over)
              .reduce((total, { value }) => total + (column === 0 ? value : 2n * value), 0n),
          ),
          newest: buckets.findLastIndex(({ time }) => time <= now),
        }));
        expect(found).toEqual(expected);
      },
    ),
  );
});

test('a sum that fits into 64 bits is right after one that did not', () => {
  const most = 2n ** 63n - 1n;
  const buckets = [0, 1, 2].map((time) => ({ time, value: most }));
  const found: bigint[] = [];
  rollingSums(columnsOf(buckets), [{ column: 0, over: 2 }], 10, (_, [total = 0n]) => void found.push(total));
  expect(found).toEqual([most, -2n, -2n, most, 0n]);
});

/** With the values in one column, and twice of each in another; and with room that isn't used. */
function columnsOf(buckets: readonly { readonly time: number; readonly value: bigint }[]): EntityBuckets {
  return {
    count: buckets.length,
    times: Float64Array.from([...buckets.map(({ time }) => time), 1]),
    values: [1n, 2n].map((factor) => BigInt64Array.from([...buckets.map(({ value }) => factor * value), 1n])),
  };
}
