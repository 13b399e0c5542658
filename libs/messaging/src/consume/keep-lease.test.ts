import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Received } from '../channel.ts';
import { MessagingError } from '../messaging-error.ts';
import { leaseOf } from './keep-lease.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SECONDS = 30;
const received = (extend: () => Promise<void>) => ({ leaseSeconds: SECONDS, extend }) as Received;

test('a lease is extended three times in its length, until it is stopped', async () => {
  const extend = vi.fn(async () => undefined);
  const lease = leaseOf(received(extend));
  lease.start();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(extend).toHaveBeenCalledTimes(6);
  await lease.stop();
  await vi.advanceTimersByTimeAsync(61_000);
  expect(extend).toHaveBeenCalledTimes(6);
  expect(lease.signal.aborted).toBe(false);
});

test('an extension that fails is tried again while the lease lasts', async () => {
  const extend = vi.fn<() => Promise<void>>().mockRejectedValueOnce(new Error('lost answer')).mockResolvedValue();
  const lease = leaseOf(received(extend));
  lease.start();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(lease.signal.aborted).toBe(false);
  extend.mockRejectedValue(new Error('no network'));
  await vi.advanceTimersByTimeAsync(SECONDS * 1000 - 1);
  expect(lease.signal.aborted).toBe(false);
  await vi.advanceTimersByTimeAsync(11_000);
  expect(lease.signal.aborted).toBe(true);
});

test('a service that says that the message is gone is believed at once', async () => {
  const lease = leaseOf(received(() => Promise.reject(new MessagingError('gone', 'lost'))));
  lease.start();
  await vi.advanceTimersByTimeAsync(10_001);
  expect(lease.signal.reason).toMatchObject({ reason: 'lost' });
});

test('an extension under way is waited for: what is said next is said after it', async () => {
  const said: string[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const lease = leaseOf(received(() => promise.then(() => void said.push('extended'))));
  lease.start();
  await vi.advanceTimersByTimeAsync(10_001);
  const given = lease.stop().then(() => said.push('given back'));
  resolve();
  await given;
  expect(said).toEqual(['extended', 'given back']);
});
