import { expect, test } from 'vitest';
import { patiently } from './patiently.ts';

test('what does not come in time is waited for the next time, and nothing is lost', async () => {
  const asks: ((value: IteratorResult<number, void>) => void)[] = [];
  const iterator = { next: () => new Promise<IteratorResult<number, void>>((resolve) => asks.push(resolve)) };
  const next = patiently<number>(iterator);
  expect(await next(5)).toBeUndefined();
  expect(await next(5)).toBeUndefined();
  expect(asks).toHaveLength(1);
  setTimeout(() => asks[0]?.({ value: 1, done: false }), 5);
  expect(await next(10_000)).toEqual({ value: 1, done: false });
  expect(await next(0)).toBeUndefined();
  asks[1]?.({ value: undefined, done: true });
  expect(await next(0)).toMatchObject({ done: true });
});

test('an error is thrown to who asks, and to nobody before', async () => {
  let fail = (_: Error) => undefined as unknown;
  const iterator = { next: () => new Promise<IteratorResult<number, void>>((_, reject) => (fail = reject)) };
  const next = patiently<number>(iterator);
  expect(await next(1)).toBeUndefined();
  fail(new Error('broken'));
  await new Promise(setImmediate);
  await expect(next(1)).rejects.toThrow('broken');
});
