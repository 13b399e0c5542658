import { chmod, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openDvc } from '@ml-platform/dvc';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dvcCommand } from '../data/workspace-dvc.ts';
import { type ScratchProject, scratchProject } from './testing/scratch-project.ts';

let project: ScratchProject;
let dvc: ReturnType<typeof openDvc>;

/** Two commits of a project, which differ in their data; the first is the branch `before`. */
beforeEach(async () => {
  project = await scratchProject({ '.husky/settings.json': '{ "affectedTests": false }\n' });
  dvc = openDvc(project.folder, { command: await dvcCommand(), env: { DVC_SITE_CACHE_DIR: `${project.folder}.site` } });
  await dvc.init();
  await project.write({ 'data.csv': 'one\n' });
  await dvc.add(['data.csv']);
  await project.commit();
  await project.git('branch', 'before');
  await project.git('tag', 'one');
  await project.write({ 'data.csv': 'two\n' });
  await dvc.add(['data.csv']);
  await project.commit();
}, 120_000);
afterEach(() => project.remove());

const data = () => readFile(project.path('data.csv'), 'utf8');

test('data go where Git goes: checkout, merge, rebase', async () => {
  const { exitCode, text } = await project.git('checkout', '--quiet', 'before');
  expect({ exitCode, text }).toEqual({ exitCode: 0, text: 'data of this commit: 1 path brought along' });
  expect(await data()).toBe('one\n');
  await project.git('merge', '--quiet', '--ff-only', 'main');
  expect(await data()).toBe('two\n');

  await project.git('checkout', '--quiet', '-b', 'side', 'one');
  expect(await data()).toBe('one\n');
  await project.commit({ 'a.txt': 'a\n' });
  await project.git('rebase', '--quiet', 'main');
  expect(await data()).toBe('two\n');
});

test('DVC is not asked where no data differ', async () => {
  await project.git('checkout', '--quiet', '-b', 'side');
  await project.commit({ 'a.txt': 'a\n' });
  await rm(project.path('data.csv'));
  expect(await project.git('checkout', '--quiet', 'main')).toEqual({ exitCode: 0, text: '' });
  await expect(data()).rejects.toThrow('ENOENT');
});

test('what can’t be brought is said, and Git’s work is done all the same', async () => {
  await project.write({ 'data.csv': 'not recorded\n' });
  const unsaved = await project.git('checkout', '--quiet', 'before');
  expect(unsaved.exitCode).toBe(0);
  expect(unsaved.text).toMatch(
    /^post-checkout: the data are not those of this commit\nerror: .*data\.csv\nhint: {2}keep what/,
  );
  expect(await data()).toBe('not recorded\n');
  await rm(project.path('.dvc/cache'), { recursive: true });
  await rm(project.path('data.csv'));
  const { exitCode, text } = await project.git('checkout', '--quiet', 'main');
  expect(exitCode).toBe(0);
  expect(text).toBe(
    'post-checkout: the data are not those of this commit\n' +
      'error: they are not on this machine yet\nhint:  npx platform data pull',
  );
});

test('what is pushed needs its data on the remote', async () => {
  await dvc.remoteAdd('data', join(project.folder, '../remote'));
  await dvc.remoteDefault('data');
  const refused = await project.git('push', '--quiet', 'origin', 'main');
  expect(refused.exitCode).toBe(1);
  expect(refused.text).toContain('error: data of what is pushed are not on the remote:\n  data.csv\n');
  expect(refused.text).toContain('hint:  npx platform data push, then push again');

  await dvc.push();
  expect(await project.git('push', '--quiet', 'origin', 'main')).toEqual({ exitCode: 0, text: '' });
});

test('where data have no remote it is said', async () => {
  const { exitCode, text } = await project.git('push', '--quiet', 'origin', 'main');
  expect(exitCode).toBe(0);
  expect(text).toContain('nobody else gets the data: there is no remote: npx platform data remote PLACE');
});

test('where nothing has the data it is said, and what isn’t checked out isn’t looked for', async () => {
  await dvc.remoteAdd('data', join(project.folder, '../remote'));
  await dvc.remoteDefault('data');
  const elsewhere = await project.git('push', '--quiet', 'origin', 'before');
  expect(elsewhere.exitCode).toBe(0);
  expect(elsewhere.text).toMatch(/pre-push: the data of 1 file in [0-9a-f]{9} are not looked for: check it out first/);
  await rm(project.path('.dvc/cache'), { recursive: true });
  await rm(project.path('data.csv'));
  const { exitCode, text } = await project.git('push', '--quiet', 'origin', 'main');
  expect(exitCode).toBe(1);
  expect(text).toContain('data.csv (nor on this machine)');
});

test("DVC's own hooks do their part where they are installed", async () => {
  await dvc.remoteAdd('data', join(project.folder, '../remote'));
  await dvc.remoteDefault('data');
  await dvc.run(['install']);
  await project.git('checkout', '--quiet', 'before');
  expect(await data()).toBe('one\n');
  const { exitCode, text } = await project.git('push', '--quiet', 'origin', 'before');
  expect({ exitCode, text }).toEqual({ exitCode: 0, text: expect.stringContaining('1 file pushed') });
});

test('any hook in the folder of Git is called with what Git says, and may refuse', async () => {
  await project.write({ '.git/hooks/pre-push': '#!/bin/sh\necho "own: $1"\ncut -d" " -f1,3\nexit 3\n' });
  await chmod(project.path('.git/hooks/pre-push'), 0o755);
  const { exitCode, text } = await project.git('push', '--quiet', 'origin', 'before:other');
  expect(exitCode).toBe(1);
  expect(text).toContain('own: origin\nrefs/heads/before refs/heads/other\n');
  expect(text).toContain('.git/hooks/pre-push ended with 3');
});
