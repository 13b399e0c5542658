import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';
import { bestOf } from './run-trials.ts';

let numbers: NumbersProject;
beforeEach(async () => {
  numbers = await numbersProject();
  await numbers.command(['--step', 'count']);
});
afterEach(() => numbers.remove());

const json = async (path: string) => JSON.parse(await readFile(join(numbers.folder, path), 'utf8'));

test('the best trial is what the step leaves, and its parameters are those of the record', async () => {
  const { exitCode, stdout, stderr } = await numbers.command(['--step', 'fit', '--param', 'fit.label=a']);
  expect(exitCode, stderr).toBe(0);
  expect(stdout).toMatch(/\[fit\] trial 6\/6 \{"rate":[\d.]+,"power":[123]\}: error [\d.]+/);
  expect((await readdir(join(numbers.folder, 'artifacts/fit'))).sort()).toEqual(['chosen.json', 'metrics.json']);
  const { facets } = (await json('runs/fit.json')).run;
  const { trials } = facets.trials;
  expect(trials).toHaveLength(6);
  const least = Math.min(...trials.map(({ value }: { value: number }) => value));
  expect(await json('artifacts/fit/metrics.json')).toEqual({ error: least });
  const chosen = await json('artifacts/fit/chosen.json');
  expect(trials.find(({ value }: { value: number }) => value === least).params).toEqual(chosen);
  expect(facets.parameters.values).toEqual(chosen);
  expect(chosen.label).toBe('a');
});

test('the same search finds the same again, and is left as it is where nothing changed', async () => {
  await numbers.command(['--step', 'fit']);
  const chosen = await json('artifacts/fit/chosen.json');
  const { stdout } = await numbers.command(['--step', 'fit', '--reuse', '--json']);
  expect(JSON.parse(stdout).status).toBe('unchanged');
  await numbers.command(['--step', 'fit']);
  expect(await json('artifacts/fit/chosen.json')).toEqual(chosen);
});

test('the best is the greatest or the least, the first of equal ones', () => {
  const trials = (...values: number[]) => values.map((value) => ({ params: {}, value }));
  expect(bestOf(trials(1, 3, 3, 2), 'maximize')).toBe(1);
  expect(bestOf(trials(2, 1, 1), 'minimize')).toBe(1);
});
