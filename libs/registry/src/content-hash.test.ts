import { mkdir, mkdtemp, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { hashFolder } from './content-hash.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hash-'));
  await mkdir(path.join(folder, 'b'));
  await writeFile(path.join(folder, 'a'), 'one');
  await writeFile(path.join(folder, 'b', 'c'), 'two');
});
afterEach(() => rm(folder, { recursive: true }));

test('names and bytes count, times and places do not', async () => {
  const before = await hashFolder(folder);
  expect(before).toMatch(/^[0-9a-f]{64}$/);
  await utimes(path.join(folder, 'a'), 0, 0);
  expect(await hashFolder(folder)).toBe(before);
  await writeFile(path.join(folder, 'a'), 'One');
  expect(await hashFolder(folder)).not.toBe(before);
});

test('a file moved to another name gives another hash', async () => {
  const before = await hashFolder(folder);
  await rename(path.join(folder, 'b', 'c'), path.join(folder, 'b', 'd'));
  expect(await hashFolder(folder)).not.toBe(before);
});
