import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { MicroBatch } from './micro-batch.ts';
import type { StreamRecord } from './stream-source.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const record = (partition: string, value = 'x') =>
  ({ partition, offset: '0', value: Buffer.from(value) }) as unknown as StreamRecord;

test('a batch is full by its rows, by its bytes, or when its time is over', () => {
  const batch = new MicroBatch({ rows: 3, bytes: 10, seconds: 5 });
  expect(batch.secondsLeft).toBe(Number.POSITIVE_INFINITY);
  batch.add(record('a'));
  batch.add(record('b'));
  expect(batch.isFull).toBe(false);
  batch.add(record('a'));
  expect(batch.isFull).toBe(true);
  expect(batch.take().map(([partition, records]) => [partition, records.length])).toEqual([
    ['a', 2],
    ['b', 1],
  ]);
  expect(batch.isFull).toBe(false);
  expect(batch.take()).toEqual([]);
  batch.add(record('a', 'x'.repeat(10)));
  expect(batch.isFull).toBe(true);
  batch.take();
  batch.add(record('a'));
  vi.advanceTimersByTime(4_000);
  batch.add(record('a'));
  expect(batch.secondsLeft).toBeCloseTo(1);
  vi.advanceTimersByTime(1_000);
  expect(batch.isFull).toBe(true);
});
