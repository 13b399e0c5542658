import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { withLock } from './step-lock.ts';

const LOCK = fileURLToPath(new URL('./step-lock.ts', import.meta.url));

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'step-lock-'));
  file = join(folder, 'locks/train');
});
afterEach(() => rm(folder, { recursive: true }));

test('a second holder waits for the first, which may have failed', async () => {
  const order: string[] = [];
  const first = withLock(file, async () => {
    await setTimeout(300);
    order.push('first');
    throw new Error('failed');
  });
  const second = withLock(file, async () => void order.push('second'));
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(order).toEqual(['first', 'second']);
});

test('who waits too long is told which process to wait for', async () => {
  await withLock(file, async () => {
    await expect(withLock(file, async () => undefined, { waitSeconds: 0 })).rejects.toMatchObject({
      code: 'busy',
      message: `the same step is run by process ${process.pid}, which holds ${file}`,
      hint: `wait for it, or end it: kill ${process.pid}`,
    });
  });
});

test('a killed holder frees it at once', async () => {
  const script = `
    import { withLock } from ${JSON.stringify(LOCK)};
    await withLock(${JSON.stringify(file)}, () => new Promise(() => setInterval(() => console.log('held'), 20)));
  `;
  const holder = execa(process.execPath, ['--input-type=module', '-e', script], { reject: false });
  await new Promise((held) => holder.stdout.once('data', held));
  holder.kill('SIGKILL');
  await holder;
  await expect(withLock(file, async () => 'mine', { waitSeconds: 0 })).resolves.toBe('mine');
});
