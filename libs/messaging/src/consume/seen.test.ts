import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openSeen } from './seen.ts';

const settings = (dedupeFile?: string) => ({ dedupeSeconds: 60, leaseSeconds: 10, dedupeFile });

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'seen-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'seen.sqlite');
}

test('consumers that share a file share what they handled, and what they are at', async () => {
  const file = temporaryFile();
  const [first, second] = [await openSeen('q', settings(file)), await openSeen('q', settings(file))];
  const other = await openSeen('another queue', settings(file));
  expect(first.claim('a')).toBe('mine');
  expect(second.claim('a')).toBe('running');
  expect(other.claim('a')).toBe('mine');
  first.finish('a');
  expect(second.claim('a')).toBe('done');
  expect(second.claim('b')).toBe('mine');
  // Only who claimed it says what became of it.
  first.release('b');
  expect(first.claim('b')).toBe('running');
  second.release('b');
  expect(first.claim('b')).toBe('mine');
  for (const seen of [first, second, other]) seen.close();
});

test('a claim ends with its lease, an id is forgotten after its time', async () => {
  let now = 0;
  const seen = await openSeen('q', settings(), () => now);
  const killed = await openSeen('q', settings(), () => now);
  expect(seen.claim('a')).toBe('mine');
  now = 9_000;
  seen.extend('a');
  now = 18_000;
  expect(seen.claim('a')).toBe('running');
  now = 19_001;
  expect(seen.claim('a')).toBe('mine');
  seen.finish('a');
  now += 59_000;
  expect(seen.claim('a')).toBe('done');
  now += 2_000;
  expect(seen.claim('a')).toBe('mine');
  // In memory each remembers for itself.
  expect(killed.claim('a')).toBe('mine');
  seen.close();
  killed.close();
});

test('a file that can not be one is told', async () => {
  const asked = openSeen('q', settings('/no/such/folder/seen.sqlite'));
  await expect(asked).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining('/no/such/folder'),
  });
});
