import { mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { stageFolder } from './stage-folder.ts';

let root: string;
let source: string;
let parent: string;

beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'stage-'));
  source = path.join(root, 'source');
  parent = path.join(root, 'parent');
  await mkdir(path.join(source, 'deep'), { recursive: true });
  await writeFile(path.join(root, 'cached'), 'bytes');
});
afterEach(() => rm(root, { recursive: true }));

test('links are copied as the files that they point at', async () => {
  await symlink(path.join(root, 'cached'), path.join(source, 'deep', 'model.onnx'));
  await symlink('../../cached', path.join(source, 'deep', 'relative.onnx'));
  const { folder } = await stageFolder(source, parent);
  await rm(path.join(root, 'cached'));
  expect(await readFile(path.join(folder, 'deep', 'model.onnx'), 'utf8')).toBe('bytes');
  expect(await readFile(path.join(folder, 'deep', 'relative.onnx'), 'utf8')).toBe('bytes');
});

test('a copy that fails leaves nothing', async () => {
  await symlink('nowhere', path.join(source, 'broken'));
  await expect(stageFolder(source, parent)).rejects.toMatchObject({
    code: 'environment',
    message: expect.stringContaining(`can't copy ${source} to ${parent}`),
  });
  expect(await readdir(parent)).toEqual([]);
});

test('what a killed process left a day ago is removed, what is in progress stays', async () => {
  for (const name of ['.incoming-old', '.incoming-new']) await mkdir(path.join(parent, name), { recursive: true });
  await utimes(path.join(parent, '.incoming-old'), 0, 0);
  const { folder } = await stageFolder(source, parent);
  expect((await readdir(parent)).sort()).toEqual(['.incoming-new', path.basename(folder)].sort());
});
