import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cut } from './cut.ts';

const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 9 }), { maxLength: 9 });

test('is a slice of all, however it comes, and asks for no chunk behind its end', async () => {
  await fc.assert(
    fc.asyncProperty(chunks, fc.nat(40), fc.option(fc.nat(40), { nil: undefined }), async (given, start, length) => {
      let asked = 0;
      const source = async function* () {
        for (const chunk of given) {
          asked += chunk.length;
          yield chunk;
        }
      };
      const end = length === undefined ? undefined : start + length + 1;
      const got: number[] = [];
      for await (const chunk of cut(source(), { start, ...(end !== undefined && { end }) })) got.push(...chunk);
      expect(got).toEqual(given.flatMap((chunk) => [...chunk]).slice(start, end));
      if (end !== undefined) expect(asked).toBeLessThan(end + 9);
    }),
  );
});
