import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';

let numbers: NumbersProject;
beforeEach(async () => {
  numbers = await numbersProject();
});
afterEach(() => numbers.remove());

test.each(['a folder', 'a URI'])('what a step left in %s is written for an engine, and nothing runs', async (kind) => {
  const folder = join(numbers.folder, 'store');
  await mkdir(folder);
  const place = kind === 'a URI' ? pathToFileURL(folder).href : folder;
  const file = join(numbers.folder, 'indices');
  const publish = ['--step', 'count', '--store', place, '--publish', '--list', `numbers=${file}`];
  const early = await numbers.command(publish);
  expect([early.exitCode, early.stderr]).toEqual([
    7,
    expect.stringContaining("step 'count' of 'numbers' left no run record in"),
  ]);
  expect((await numbers.command(['--step', 'count', '--store', place, '--param', 'count.upTo=3'])).exitCode).toBe(0);
  const { exitCode, stderr } = await numbers.command(publish);
  expect(exitCode, stderr).toBe(0);
  expect(await readFile(file, 'utf8')).toBe('[0,1,2]');
  const unknown = await numbers.command([...publish, '--metric', `metrics.auc=${file}`]);
  expect(unknown.stderr).toContain("step 'count' declares no metric 'metrics.auc'");
});
