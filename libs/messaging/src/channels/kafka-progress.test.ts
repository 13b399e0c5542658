import fc from 'fast-check';
import { expect, test } from 'vitest';
import { progressFrom } from './kafka-progress.ts';

test('what is committed is the first message that is not done, in whatever order they end', () => {
  // Steps between offsets: a topic may have gaps.
  const steps = fc.array(fc.bigInt({ min: 1n, max: 4n }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 100n }), steps, fc.infiniteStream(fc.nat()), (start, gaps, choices) => {
      const progress = progressFrom(start);
      let at = start - 1n;
      const offsets = gaps.map((gap) => (at += gap));
      for (const offset of offsets) expect(progress.take(offset)).toBe(true);
      const open = [...offsets];
      for (const choice of choices) {
        expect(progress.next()).toBe(open.toSorted((a, b) => Number(a - b))[0] ?? at + 1n);
        if (open.length === 0) break;
        for (const offset of offsets) expect(progress.take(offset)).toBe(false);
        const [done] = open.splice(choice % open.length, 1);
        progress.finish(done ?? 0n);
      }
    }),
  );
});
