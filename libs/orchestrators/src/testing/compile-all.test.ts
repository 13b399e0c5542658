import { expect, test } from 'vitest';
import { TARGETS } from '../command/targets.ts';
import { COMPILERS } from './compile-all.ts';
import { stressDocument } from './documents.ts';

/** For all of them together: a third of it is what they take, in a process that loads them first. */
const MILLISECONDS = 300;

test('the stress pipeline compiles to every target there is, in no time', async () => {
  const document = await stressDocument();
  expect(Object.keys(COMPILERS).sort()).toEqual(Object.keys(TARGETS).sort());
  const start = performance.now();
  for (const [name, compiler] of Object.entries(COMPILERS)) expect(compiler(document).size, name).toBeGreaterThan(0);
  expect(performance.now() - start).toBeLessThan(MILLISECONDS);
});
