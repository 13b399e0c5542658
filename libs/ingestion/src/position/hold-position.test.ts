import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { Dataset } from '../lake/dataset.ts';
import { temporaryLake } from '../testing/temporary-lake.ts';
import { holdPosition } from './hold-position.ts';
import { type PositionFile, readPosition } from './position.ts';
import { isGone, thisProcess } from './this-process.ts';

const hold = (dataset: Dataset, leaseMilliseconds = 400) =>
  holdPosition(dataset, { source: 'orders', leaseMilliseconds });

async function rawOrders(): Promise<Dataset> {
  return (await temporaryLake()).dataset('raw', 'orders');
}

async function leaveClaim(dataset: Dataset, claim: Partial<NonNullable<PositionFile['claim']>>): Promise<void> {
  const mark = { id: 'x', machine: 'elsewhere', pid: 1, since: '2024-05-01T00:00:00Z', beat: 0 };
  const file = { source: 'orders', position: 7, sequence: '3', claim: { ...mark, ...claim } };
  await dataset.store.write(dataset.positionPath, JSON.stringify(file));
}

test('a position moves, and is found by the next run', async () => {
  const dataset = await rawOrders();
  {
    await using held = await hold(dataset);
    expect([held.position, held.sequence]).toEqual([undefined, 0n]);
    await held.commit({ after: [1] }, 10n);
    await held.check();
    await held.commit({ after: [2] }, 20n);
  }
  expect((await readPosition(dataset))?.file).toEqual({ source: 'orders', position: { after: [2] }, sequence: '20' });
  await using held = await hold(dataset);
  expect([held.position, held.sequence]).toEqual([{ after: [2] }, 20n]);
});

test('of ten that try at once one gets it, and the others are told who has', async () => {
  const dataset = await rawOrders();
  const tries = await Promise.allSettled(Array.from({ length: 10 }, () => hold(dataset)));
  const won = tries.filter((one) => one.status === 'fulfilled');
  expect(won).toHaveLength(1);
  for (const one of tries) {
    if (one.status === 'rejected')
      expect(one.reason).toMatchObject({ code: 'busy', message: expect.stringContaining(`process ${process.pid}`) });
  }
  await won[0]?.value[Symbol.asyncDispose]();
  await using held = await hold(dataset);
  expect(held.position).toBeUndefined();
});

describe('a run that left its claim', () => {
  test('on this machine, and is gone, is followed at once', async () => {
    const dataset = await rawOrders();
    const child = spawn('sleep', ['60']);
    const mark = { machine: thisProcess().machine, pid: child.pid ?? 0 };
    await leaveClaim(dataset, mark);
    await expect(hold(dataset, 60_000)).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('another run is at work'),
    });
    child.kill('SIGKILL');
    await once(child, 'exit');
    await using held = await hold(dataset, 60_000);
    expect([held.position, held.sequence]).toEqual([7, 3n]);
  });

  test('under the number of another process is gone', () => {
    expect(isGone({ ...thisProcess(), started: '1' })).toBe(process.platform === 'linux');
    expect(isGone(thisProcess())).toBe(false);
    expect(isGone({ ...thisProcess(), machine: 'elsewhere', started: '1' })).toBe(false);
  });

  test('on another machine is followed when its mark has stood still for a lease', async () => {
    const dataset = await rawOrders();
    await leaveClaim(dataset, {});
    const started = Date.now();
    await using held = await hold(dataset);
    expect(held.position).toBe(7);
    expect(Date.now() - started).toBeGreaterThanOrEqual(390);
  });

  test('on another machine and is alive is left alone', async () => {
    const dataset = await rawOrders();
    await leaveClaim(dataset, {});
    const tried = hold(dataset);
    await sleep(100);
    await leaveClaim(dataset, { beat: 1 });
    await expect(tried).rejects.toMatchObject({
      code: 'busy',
      message: expect.stringContaining('process 1 on elsewhere, since 2024'),
    });
  });
});

test('a run tells that it is alive, and one that lost its claim moves nothing', async () => {
  const dataset = await rawOrders();
  await using held = await hold(dataset, 200);
  await held.commit(1, 1n);
  await sleep(300);
  expect((await readPosition(dataset))?.file.claim?.beat).toBeGreaterThan(0);
  await leaveClaim(dataset, {});
  await expect(held.check()).rejects.toMatchObject({
    code: 'busy',
    message: expect.stringMatching(/another run took over: process 1 on elsewhere/),
  });
  await expect(held.commit(2, 2n)).rejects.toMatchObject({ code: 'busy' });
  await held[Symbol.asyncDispose]();
  expect((await readPosition(dataset))?.file).toMatchObject({ position: 7, claim: { id: 'x' } });
});

test('beats and commits of one run do not disturb each other', async () => {
  const dataset = await rawOrders();
  await using held = await hold(dataset, 8);
  for (let part = 1; part <= 40; part++) {
    await held.check();
    await held.commit(part, BigInt(part));
    await sleep(Math.random() * 4);
  }
  expect((await readPosition(dataset))?.file).toMatchObject({ position: 40, sequence: '40' });
});

test('behind a store that is slower than beats come, commits wait for one of them at most', async () => {
  const dataset = await rawOrders();
  const store = new Proxy(dataset.store, {
    get: (of, name) => {
      const value: unknown = Reflect.get(of, name, of);
      if (typeof value !== 'function') return value;
      return (...args: unknown[]) => sleep(20).then(() => value.apply(of, args));
    },
  });
  await using held = await hold({ ...dataset, store }, 8);
  for (let part = 1; part <= 5; part++) {
    await held.check();
    await held.commit(part, BigInt(part));
  }
  expect((await readPosition(dataset))?.file).toMatchObject({ position: 5, sequence: '5' });
}, 10_000);

test('a file that is no position is told, and not written over', async () => {
  const dataset = await rawOrders();
  await dataset.store.write(dataset.positionPath, '{"sourc": 1}');
  await expect(hold(dataset)).rejects.toMatchObject({
    code: 'data',
    message: expect.stringContaining('_positions/orders.json is no position'),
  });
  expect(await dataset.store.readText(dataset.positionPath)).toBe('{"sourc": 1}');
});
