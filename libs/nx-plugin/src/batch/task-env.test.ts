import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { taskEnv } from './task-env.ts';

let root: string;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'task-env-'));
  await mkdir(join(root, 'apps/sales'), { recursive: true });
});
afterEach(() => rm(root, { recursive: true }));

const write = (path: string, text: string) => writeFile(join(root, path), text);

test("files of the target go before the project's, these before the workspace's, and the shell before all", async () => {
  await write('.env', 'A=workspace\nB=workspace\nC=workspace\nD=workspace\n');
  await write('apps/sales/.env', 'B=project\nC=project\nD=project\n');
  await write('apps/sales/.env.train', 'C=target\nD=target\n');
  // As Nx hands it on: with what it read of the workspace's file.
  const env = { A: 'workspace', B: 'workspace', C: 'workspace', D: 'shell', E: 'shell' };
  const expected = { A: 'workspace', B: 'project', C: 'target', D: 'shell', E: 'shell' };
  expect(taskEnv(root, 'apps/sales', 'train', env)).toEqual(expected);
  expect(taskEnv(root, 'apps/sales', 'ingest', env)).toEqual({ ...expected, C: 'project' });
});

test('a variable may be made of others', async () => {
  await write('apps/sales/.env', 'URL=https://$HOST/x\n');
  expect(taskEnv(root, 'apps/sales', 'train', { HOST: 'acme' })).toEqual({ HOST: 'acme', URL: 'https://acme/x' });
});

test('without files it is what it was', () => {
  expect(taskEnv(root, 'apps/sales', 'train', { A: '1' })).toEqual({ A: '1' });
});
