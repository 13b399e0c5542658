import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inOrder } from './in-order.ts';

test('work of one key runs in order and one at a time, though some fails; the rest runs at once', async () => {
  const jobs = fc.array(
    fc.record({ key: fc.option(fc.constantFrom('a', 'b'), { nil: undefined }), fails: fc.boolean() }),
  );
  await fc.assert(
    fc.asyncProperty(jobs, async (all) => {
      const run = inOrder();
      const running = new Map<string, number>();
      const ended: number[] = [];
      const outcomes = await Promise.allSettled(
        all.map(({ key, fails }, index) =>
          run(key, async () => {
            if (key !== undefined) {
              running.set(key, (running.get(key) ?? 0) + 1);
              expect(running.get(key)).toBe(1);
            }
            await sleep(index % 3);
            if (key !== undefined) running.set(key, 0);
            ended.push(index);
            if (fails) throw new Error('failed');
          }),
        ),
      );
      expect(outcomes.map(({ status }) => status === 'rejected')).toEqual(all.map(({ fails }) => fails));
      for (const key of ['a', 'b']) {
        const ofKey = ended.filter((index) => all[index]?.key === key);
        expect(ofKey).toEqual(ofKey.toSorted((a, b) => a - b));
      }
    }),
    { numRuns: 40 },
  );
});
