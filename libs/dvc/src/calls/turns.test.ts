import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { inTurn } from './turns.ts';

test('one after the other, in the order they came, also after a failure; another key does not wait', async () => {
  const seen: string[] = [];
  const work = (name: string) => async () => {
    seen.push(`${name} begins`);
    await sleep(10);
    seen.push(`${name} ends`);
    if (name === 'a') throw new Error('a fails');
  };
  const [a, b] = await Promise.allSettled([
    inTurn('one', work('a')),
    inTurn('one', work('b')),
    inTurn('two', work('c')),
  ]);
  expect([a?.status, b?.status]).toEqual(['rejected', 'fulfilled']);
  expect(seen.filter((one) => !one.startsWith('c'))).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  expect(seen.indexOf('c begins')).toBeLessThan(seen.indexOf('a ends'));
});

test('a signal ends the waiting, and those behind still wait for those before', async () => {
  const first = Promise.withResolvers<void>();
  const controller = new AbortController();
  const holder = inTurn('key', () => first.promise);
  const waiting = inTurn('key', async () => 'never', controller.signal);
  let isOver = false;
  const behind = inTurn('key', async () => isOver);
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toThrow('enough');
  await sleep(10);
  isOver = true;
  first.resolve();
  await holder;
  expect(await behind).toBe(true);
});
