import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Release } from '@ml-platform/registry/release';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { planOf } from './options.ts';
import { rollOut } from './roll-out.ts';
import type { Stack } from './stack.ts';
import { type MemoryStack, memoryStack } from './testing/memory-stack.ts';
import type { Image } from './testing/serve-image.ts';
import { modelFolder, testRelease } from './testing/test-release.ts';

let folder: string;
let stack: MemoryStack;
let first: Release;
let second: Release;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deploy-'));
  stack = memoryStack();
  [first, second] = [await testRelease(modelFolder(folder, 1), 1), await testRelease(modelFolder(folder, 2), 2)];
  setImages();
});

afterEach(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the second image does beside serving its model. */
function setImages(faults: Partial<Image> = {}): void {
  stack.images.set(first.image.digest, { model: join(folder, 'model-1') });
  stack.images.set(second.image.digest, { model: join(folder, 'model-2'), ...faults });
}

const PLAN = planOf({ watch: '1', rate: '40', ready: '1', 'max-p95': '500' });
const served = async () => {
  const url = (await stack.read())?.url;
  if (url === undefined) return undefined;
  return ((await (await fetch(`${url}/health`)).json()) as { model: { version: string } }).model.version;
};
const isServed = (release: Release) => expect.poll(served).toBe(release.model.contentHash.slice(0, 12));

test('a release that holds is deployed: it has answered, and was watched', async () => {
  const rolled = await rollOut(stack, first, PLAN);
  expect(rolled).toMatchObject({
    outcome: 'deployed',
    release: 'delays-1+0f3c2a1',
    smoke: { health: '200', model: { name: 'delays' }, prediction: { label: 1 } },
    canary: { errors: 0, others: 0, problems: [] },
  });
  expect(rolled.canary?.probes).toBeGreaterThan(30);
  expect(rolled).not.toHaveProperty('before');
  await isServed(first);
  expect(await rollOut(stack, second, PLAN)).toMatchObject({ outcome: 'deployed', before: 'delays-1+0f3c2a1' });
  await isServed(second);
  expect((await stack.read())?.previousReleases).toEqual([first]);
});

test.each<[string, Partial<Image>, RegExp]>([
  ['fails later', { failsAfter: 5 }, /^the canary failed: \d+ of \d+ probes failed: 1 % may/],
  ['fails now and then', { failsEvery: 7 }, /^the canary failed: \d+ of \d+ probes failed: 1 % may/],
  ['is slow', { delayMs: 700 }, /^the canary failed: p95 is \d+ ms, at most 500 ms was allowed/],
  ['fails at once', { failsEvery: 1 }, /^the smoke test failed: 500 told to fail/],
  [
    'holds another model',
    { model: 'model-1' },
    /^the smoke test failed: delays [0-9a-f]{12} still answers, expected delays 2/,
  ],
  ['breaks the update', { breaksUpdate: true }, /the update broke/],
])('an image that %s is taken back, and the release before is served', async (_, faults, reason) => {
  await rollOut(stack, first, { ...PLAN, watchSeconds: 0 });
  setImages({ ...faults, ...(faults.model && { model: join(folder, faults.model) }) });
  const rolled = await rollOut(stack, second, PLAN);
  expect(rolled).toMatchObject({ outcome: 'rolled back', rollback: { to: 'delays-1+0f3c2a1' } });
  expect(rolled.reason).toMatch(reason);
  expect(await stack.read()).toMatchObject({ release: first, previousReleases: [] });
  await isServed(first);
});

test('where nothing was before, nothing is served after', async () => {
  setImages({ failsEvery: 1 });
  const rolled = await rollOut(stack, second, PLAN);
  expect(rolled).toMatchObject({ outcome: 'rolled back', rollback: {} });
  expect(await stack.read()).toEqual({ previousReleases: [] });
});

test('a release that is there already and breaks goes back to the one before it', async () => {
  for (const release of [first, second]) await rollOut(stack, release, { ...PLAN, watchSeconds: 0 });
  const rolled = await rollOut(stack, second, { ...PLAN, maxP95: 0 });
  expect(rolled).toMatchObject({ outcome: 'rolled back', rollback: { to: 'delays-1+0f3c2a1' } });
  await isServed(first);
});

test('what somebody else has deployed meanwhile stays', async () => {
  await rollOut(stack, first, { ...PLAN, watchSeconds: 0 });
  setImages({ failsEvery: 1 });
  const third = { ...first, release: 'delays-3+0f3c2a1', createdAt: '2025-06-02T12:00:00.000Z' };
  const meanwhile: Stack = {
    ...stack,
    up: async (release) => {
      await stack.up(release);
      await stack.up(third);
    },
  };
  const rolled = await rollOut(meanwhile, second, { ...PLAN, readySeconds: 0 });
  expect(rolled).toMatchObject({
    outcome: 'failed',
    rollback: { problem: 'somebody else has deployed delays-3+0f3c2a1 meanwhile' },
  });
  expect((await stack.read())?.release).toEqual(third);
});

test('a rollback that does not hold either is said, and stays', async () => {
  setImages({ failsEvery: 1 });
  const rolled = await rollOut(stack, second, { ...PLAN, readySeconds: 0, isTakenBack: false });
  expect(rolled).toMatchObject({ outcome: 'failed', reason: 'the smoke test failed: 500 told to fail' });
  expect(rolled).not.toHaveProperty('rollback');
  expect((await stack.read())?.release).toEqual(second);
});

test('a stack that nobody can ask is deployed to only when that is said', async () => {
  const silent: Stack = {
    ...stack,
    read: async () => {
      const { url: _, ...said } = (await stack.read()) ?? { previousReleases: [] };
      return said;
    },
  };
  expect(await rollOut(silent, first, PLAN)).toMatchObject({
    outcome: 'rolled back',
    reason: "the stack has no url to ask: it has no output 'url'",
  });
  expect(await rollOut(silent, first, { ...PLAN, askingOf: undefined })).toMatchObject({ outcome: 'deployed' });
});

test('a stack that has not been made says so, and nothing is done', async () => {
  await expect(rollOut({ ...stack, read: async () => undefined }, first, PLAN)).rejects.toMatchObject({
    code: 'notFound',
    message: "stack dev hasn't been made yet",
  });
});
