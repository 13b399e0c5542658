import { existsSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { childrenProcessorTime } from './processor-time.ts';

test.skipIf(!existsSync('/proc/self/stat'))('what a child computes is counted when it has ended', () => {
  const before = childrenProcessorTime() ?? Number.NaN;
  spawnSync(process.execPath, ['-e', 'while (process.cpuUsage().user < 300_000);']);
  const spent = (childrenProcessorTime() ?? Number.NaN) - before;
  expect(spent).toBeGreaterThanOrEqual(290);
  expect(spent).toBeLessThan(3000);
});
