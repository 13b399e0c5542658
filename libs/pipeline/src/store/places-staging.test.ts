import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type NumbersProject, numbersProject } from '../testing/numbers-project.ts';

let numbers: NumbersProject;
let places: string;
beforeEach(async () => {
  numbers = await numbersProject();
  places = join(numbers.folder, 'places');
});
afterEach(() => numbers.remove());

async function run(...args: string[]): Promise<void> {
  const { exitCode, stderr } = await numbers.command(args);
  expect(exitCode, stderr).toBe(0);
}

const place = (name: string) => join(places, name);
const json = async (path: string): Promise<unknown> => JSON.parse(await readFile(place(path), 'utf8'));

test('a folder per step: gates to yes and to no, loops, and markers handed on', async () => {
  const uri = pathToFileURL(place('count')).href;
  await run('--step', 'count', '--param', 'upTo=3', '--output', `count=${uri}`);
  await run('--step', 'square', '--input', `count=${uri}`, '--output', `square=${place('square')}`);
  await run('--step', 'gather', '--input', `square=${place('square')}`, '--output', `gather=${place('gather')}`);
  expect(await json('gather/all.json')).toEqual([1, 4, 9]);
  const sum = ['--step', 'add-up', '--input', `count=${uri}`, '--output', `add-up=${place('add-up')}`];
  await run(...sum, '--record', place('records'));
  expect(await json('records/add-up.json')).toMatchObject({ job: { name: 'add-up' } });
  const celebrate = ['--step', 'celebrate', '--input', `add-up=${place('add-up')}`];
  await run(...celebrate, '--output', `celebrate=${place('yes')}`);
  expect(await readdir(place('yes'))).toEqual([]);
  await writeFile(place('add-up/metrics.json'), '{ "sum": 1 }');
  await run(...celebrate, '--output', `celebrate=${place('no')}`);
  expect(await readdir(place('no'))).toEqual(['skipped.json']);
  const party = [
    '--step',
    'after-party',
    '--input',
    `celebrate=${place('no')}`,
    '--output',
    `after-party=${place('party')}`,
  ];
  const { exitCode } = await numbers.command([...party, '--skipped-exit', '99']);
  expect(exitCode).toBe(99);
  expect(await json('party/skipped.json')).toEqual({ reason: "'celebrate' was skipped" });
  expect(existsSync(join(numbers.folder, 'artifacts'))).toBe(false);
});

test('a folder per output, and the items of a loop from several', async () => {
  await run('--step', 'count', '--param', 'upTo=2', '--output', `numbers=${place('numbers')}`);
  expect(await json('numbers/numbers.json')).toEqual([1, 2]);
  const input = ['--input', `count.numbers=${place('numbers')}`];
  for (const item of ['0', '1']) {
    await run('--step', 'square', '--item', item, ...input, '--output', `squared=${place(`item-${item}`)}`);
  }
  const items = ['0', '1'].flatMap((item) => ['--input', `square.squared=${place(`item-${item}`)}`]);
  await run('--step', 'square', '--collect', ...input, ...items, '--output', `squared=${place('squared')}`);
  await run('--step', 'gather', '--input', `square.squared=${place('squared')}`, '--output', `all=${place('all')}`);
  expect(await json('all/all.json')).toEqual([1, 4]);
});

test.each([
  [['--input', 'count=nowhere'], 7, 'there is nothing at '],
  [
    ['--input', 'cuont=places'],
    2,
    "--input names what step 'add-up' doesn't read: 'cuont'\nhint:  did you mean 'count'?",
  ],
  [['--input', 'count.rows=places'], 2, "doesn't read: 'count.rows'"],
  [
    ['--output', 'metrisc=places'],
    2,
    "--output names what step 'add-up' doesn't leave: 'metrisc'\nhint:  did you mean 'metrics'?",
  ],
  [['--input', 'count'], 2, "--input is 'count', expected NAME=PLACE"],
  [['--input', 'count=places', '--store', 'places'], 2, '--store and --input or --output are two ways to say the same'],
  [['--record', 'places'], 2, '--record goes with --input and --output'],
])('%j is refused', async (args, code, message) => {
  await mkdir(places, { recursive: true });
  const { exitCode, stderr } = await numbers.command(['--step', 'add-up', ...args]);
  expect(exitCode).toBe(code);
  expect(stderr).toContain(message);
});
