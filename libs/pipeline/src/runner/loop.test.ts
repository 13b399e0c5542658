import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';
import { hashArtifact } from './run-record.ts';

let numbers: NumbersProject;
beforeEach(async () => {
  numbers = await numbersProject();
});
afterEach(() => numbers.remove());

async function run(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await numbers.command(args);
  expect(exitCode, stderr).toBe(0);
}

const squares = (store: string) => join(store, 'artifacts/square/squared.json');

test.each([
  ['the project', false],
  ['a store', true],
])('items run one by one, in any order and at once, and are collected: in %s', async (_, isStore) => {
  await run('--step', 'count', '--param', 'upTo=4');
  await run('--step', 'square');
  const expected = await hashArtifact(squares(numbers.folder));
  const folder = isStore ? join(numbers.folder, 'elsewhere') : numbers.folder;
  const place = isStore ? ['--store', pathToFileURL(folder).href] : [];
  const list = join(numbers.folder, 'list.json');
  await run('--step', 'count', '--param', 'upTo=3', '--list', `numbers=${list}`, ...place);
  expect(await readFile(list, 'utf8')).toBe('[0,1,2]');
  await Promise.all([2, 0, 1].map((item) => run('--step', 'square', '--item', String(item), ...place)));
  await run('--step', 'square', '--collect', ...place);
  expect(await readdir(squares(folder))).toEqual(['000000.json', '000001.json', '000002.json']);
  const record = JSON.parse(await readFile(join(folder, 'runs/square.json'), 'utf8'));
  expect(record.outputs[0].facets.version.datasetVersion).toBe(await hashArtifact(squares(folder)));
  expect(await hashArtifact(squares(folder))).not.toBe(expected);
  await run('--step', 'gather', ...place);
  expect(JSON.parse(await readFile(join(folder, 'artifacts/gather/all.json'), 'utf8'))).toEqual([1, 4, 9]);
});

test('what a loop is made of one by one is what it is made of at once', async () => {
  await run('--step', 'count', '--param', 'upTo=2');
  await run('--step', 'square');
  const atOnce = await hashArtifact(join(numbers.folder, 'artifacts/square'));
  for (const item of ['0', '1']) await run('--step', 'square', '--item', item);
  await run('--step', 'square', '--collect');
  expect(await hashArtifact(join(numbers.folder, 'artifacts/square'))).toBe(atOnce);
  const { stdout } = await numbers.command(['--step', 'square', '--reuse', '--json']);
  expect(JSON.parse(stdout).status).toBe('unchanged');
});

test('a loop over nothing leaves an empty folder', async () => {
  await mkdir(join(numbers.folder, 'artifacts/count'), { recursive: true });
  await writeFile(join(numbers.folder, 'artifacts/count/numbers.json'), '[]');
  await run('--step', 'square');
  expect(await readdir(squares(numbers.folder))).toEqual([]);
  await run('--step', 'square', '--collect');
  await run('--step', 'gather');
});

test('an item that is not there is said', async () => {
  await run('--step', 'count', '--param', 'upTo=2');
  await run('--step', 'square', '--item', '1');
  const { exitCode, stderr } = await numbers.command(['--step', 'square', '--collect']);
  expect(exitCode).toBe(7);
  expect(stderr).toContain(
    "item 0 of step 'square' of 'numbers' isn't there\nhint:  run it first: run-step --step square",
  );
  expect(existsSync(join(numbers.folder, 'runs/square.json'))).toBe(false);
});

test.each([
  [['--step', 'square', '--item', '2'], "step 'square' of 'numbers' has items 0 to 1, there is no item 2"],
  [['--step', 'count', '--item', '0'], "step 'count' of 'numbers' doesn't loop, it has no items"],
  [['--step', 'count', '--collect'], "step 'count' of 'numbers' doesn't loop"],
  [['--step', 'square', '--item', 'x'], "--item is 'x', expected a number"],
  [
    ['--step', 'count', '--list', 'nubmers=/tmp/x'],
    "step 'count' has no JSON output 'nubmers'\nhint:  did you mean 'numbers'?",
  ],
])('%j is refused', async (args, message) => {
  await run('--step', 'count', '--param', 'upTo=2');
  const { exitCode, stderr } = await numbers.command(args);
  expect(exitCode).toBe(2);
  expect(stderr).toContain(message);
});
