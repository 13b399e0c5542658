import { expect, test } from 'vitest';
import { TARGETS } from '../command/targets.ts';
import { COMPILERS } from './compile-all.ts';
import { stressDocument } from './documents.ts';

/** Of this thread's processor, whatever else the machine does: for all of them together, which take a sixth of it. */
const MILLISECONDS = 300;

test('the stress pipeline compiles to every target there is, in no time', async () => {
  const document = await stressDocument();
  expect(Object.keys(COMPILERS).sort()).toEqual(Object.keys(TARGETS).sort());
  for (const [name, compiler] of Object.entries(COMPILERS)) expect(compiler(document).size, name).toBeGreaterThan(0);
  const before = process.threadCpuUsage();
  for (const compiler of Object.values(COMPILERS)) compiler(document);
  const { user, system } = process.threadCpuUsage(before);
  expect((user + system) / 1000).toBeLessThan(MILLISECONDS);
});
