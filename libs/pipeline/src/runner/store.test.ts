import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';

let numbers: NumbersProject;
let store: string;
beforeEach(async () => {
  numbers = await numbersProject();
  store = await mkdtemp(join(tmpdir(), 'store-'));
});
afterEach(async () => {
  await numbers.remove();
  await rm(store, { recursive: true });
});

test('a store holds what the steps of a run hand on, and the project nothing of it', async () => {
  const params = ['--params-json', '{"count":{"upTo":3}}'];
  for (const step of ['count', 'add-up', 'celebrate']) {
    const { exitCode, stderr } = await numbers.command(['--step', step, '--store', store, ...params]);
    expect(exitCode, stderr).toBe(0);
  }
  expect(JSON.parse(await readFile(join(store, 'artifacts/add-up/metrics.json'), 'utf8'))).toEqual({ sum: 6 });
  const record = JSON.parse(await readFile(join(store, 'runs/add-up.json'), 'utf8'));
  expect(record.inputs[0].name).toBe('artifacts/count/numbers.json');
  expect(existsSync(join(numbers.folder, 'artifacts'))).toBe(false);
});

test.each([
  [['--store', 's3://lake/runs'], '--store is s3://lake/runs, expected a folder'],
  [['--params-json', '[1]'], '--params-json is [1], expected parameters by step'],
  [['--params-json', '{'], '--params-json is {, expected parameters by step'],
])('%j is a usage error', async (args, message) => {
  const { exitCode, stderr } = await numbers.command(['--step', 'count', ...args]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`error: ${message}`);
});
