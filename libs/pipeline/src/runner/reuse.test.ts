import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';
import { loadPipeline } from './load-pipeline.ts';
import { runStep } from './run-step.ts';

let numbers: NumbersProject;
beforeEach(async () => {
  numbers = await numbersProject();
  await again('count', 'upTo=3');
  await again('add-up');
});
afterEach(() => numbers.remove());

/** The status of a run that may leave what is there. */
async function again(step: string, ...params: string[]) {
  const pipeline = await loadPipeline(numbers.file);
  return (await runStep(pipeline, { step, params, reuse: true })).status;
}

const made = (path: string) => join(numbers.folder, 'artifacts', path);

test('what the same code, parameters and inputs made is left as it is', async () => {
  const record = join(numbers.folder, 'runs/count.json');
  const before = await readFile(record, 'utf8');
  expect(await again('count', 'upTo=3')).toBe('unchanged');
  expect(await readFile(record, 'utf8')).toBe(before);
  expect(await again('add-up')).toBe('unchanged');
});

test.each([
  ['a parameter', () => again('count', 'upTo=4'), 'done'],
  ['code', () => appendFile(join(numbers.folder, 'src/add_up.py'), '# more\n').then(() => again('add-up')), 'done'],
  ['an input', () => writeFile(made('count/numbers.json'), '[4]').then(() => again('add-up')), 'done'],
  ['an output', () => writeFile(made('add-up/metrics.json'), '{"sum":7}').then(() => again('add-up')), 'done'],
])('%s that changed makes it run', async (_, change, status) => {
  expect(await change()).toBe(status);
});

test('a record that is no record makes it run', async () => {
  await writeFile(join(numbers.folder, 'runs/add-up.json'), '{}');
  expect(await again('add-up')).toBe('done');
});

test('without reuse it runs', async () => {
  const pipeline = await loadPipeline(numbers.file);
  expect((await runStep(pipeline, { step: 'count', params: ['upTo=3'] })).status).toBe('done');
});
