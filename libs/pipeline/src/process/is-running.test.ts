import { execa } from 'execa';
import { expect, test } from 'vitest';
import { isRunning } from './is-running.ts';

test('a process runs until it ends', async () => {
  const child = execa('sleep', ['10'], { reject: false });
  const pid = child.pid ?? 0;
  expect(isRunning(pid)).toBe(true);
  child.kill('SIGKILL');
  await child;
  expect(isRunning(pid)).toBe(false);
});

test.runIf(process.platform === 'linux')('one that ended and that nobody waits for does not run', async () => {
  const parent = execa('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 10'], { reject: false });
  const [pid] = await new Promise<number[]>((told) => parent.stdout.once('data', (text) => told([Number(text)])));
  await expect.poll(() => isRunning(pid ?? 0)).toBe(false);
  expect(() => process.kill(pid ?? 0, 0)).not.toThrow();
  parent.kill('SIGKILL');
  await parent;
});
