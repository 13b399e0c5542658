import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PlatformError } from '@ml-platform/errors';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { definePipeline } from '../definition/define-pipeline.ts';
import { defineStep, python } from '../definition/define-step.ts';
import { toDocument } from '../document/to-document.ts';
import { json } from '../artifacts/artifacts.ts';
import { parseOverrides } from './overrides.ts';
import { readParamsFiles } from './params-file.ts';
import { checkSections, resolveParams } from './resolve-params.ts';
import { runVariables } from './run-variables.ts';

const trainParams = z.strictObject({ trials: z.int().positive().default(20), rate: z.number().default(0.1) });
const train = defineStep({ name: 'train', params: trainParams, run: python('train.py') });
const score = defineStep({
  name: 'score',
  params: z.strictObject({ rate: z.number().default(1) }),
  run: python('score.py'),
});
const document = toDocument(
  definePipeline('flights', ({ add }) => {
    add(train);
    add(score);
  }),
);

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'params-'));
});
afterEach(() => rm(project, { recursive: true }));

const write = (name: string, text: string) => writeFile(join(project, name), text);

function resolve(environment?: string, params: readonly string[] = []) {
  const files = readParamsFiles(project, environment);
  checkSections(document, files);
  return resolveParams(trainParams, { key: 'train', files, overrides: parseOverrides(document, params), project });
}

test('without a file, the defaults of the definition hold', () => {
  expect(resolve()).toEqual({ trials: 20, rate: 0.1 });
});

test('an environment overrides the file, and --param overrides both', async () => {
  await write('params.yaml', 'train:\n  trials: 5 # quick\n  rate: 0.2\n');
  await write('params.prod.yaml', 'train:\n  trials: 50\n');
  expect(resolve()).toEqual({ trials: 5, rate: 0.2 });
  expect(resolve('prod')).toEqual({ trials: 50, rate: 0.2 });
  expect(resolve('prod', ['trials=7', 'train.rate=0.3'])).toEqual({ trials: 7, rate: 0.3 });
});

test('values fixed by the definition are not overridden', async () => {
  await write('params.yaml', 'train: { trials: 5 }\n');
  const files = readParamsFiles(project);
  expect(resolveParams(trainParams, { key: 'train', files, overrides: {}, fixed: { trials: 1 }, project }).trials).toBe(
    1,
  );
});

test('a wrong key and a wrong type are named with file, line and key', async () => {
  await write('params.yaml', '# ours\ntrain:\n  rate: 0.1\n  trails: 5\n  trials: many\n');
  const file = join(project, 'params.yaml');
  expect(() => resolve()).toThrow(`${file}:4: train.trails: no such parameter`);
  expect(() => resolve()).toThrow(`${file}:5: train.trials: expected number, received string`);
});

test('a section that no step has is named with file and line', async () => {
  await write('params.yaml', 'train: {}\ntrian:\n  trials: 5\n');
  expect(() => resolve()).toThrow(`${join(project, 'params.yaml')}:2: trian: pipeline 'flights' has no step`);
});

test.each([
  ['train: [1', ':1: '],
  ['- 1\n', 'expected a map'],
  ['train:\n  rate: 1\nscore: 5\n', ':3: score: expected a map'],
])('a file that is no map of maps is refused: %j', async (text, message) => {
  await write('params.yaml', text);
  expect(() => resolve()).toThrow(message);
  expect(() => resolve()).toThrow(PlatformError);
});

test('an environment without a file is refused', () => {
  expect(() => resolve('prod')).toThrow("environment 'prod' has no parameter file");
});

test.each([
  ['trials', "has no '='"],
  ['depth=3', "has no parameter 'depth'"],
  ['rate=3', "is ambiguous in pipeline 'flights': train.rate and score.rate"],
])('--param %s is refused', (text, message) => {
  expect(() => resolve(undefined, [text])).toThrow(message);
});

test('a wrong type from --param names the flag', () => {
  expect(() => resolve(undefined, ['trials=lots'])).toThrow('--param train.trials: expected number, received string');
});

test('all parameters are checked before a run, but for the one that a loop fills in', async () => {
  const looped = defineStep({
    name: 'looped',
    params: z.strictObject({ airport: z.string(), day: z.iso.date(), rate: z.number().default(1) }),
    run: python('looped.py'),
  });
  const list = defineStep({ name: 'list', outputs: { airports: json() }, run: python('list.py') });
  const loops = toDocument(
    definePipeline('loops', ({ add, each }) => {
      each(looped, 'airport', add(list).airports);
    }),
  );
  const file = join(project, 'params.yaml');
  const variables = (...params: string[]) => runVariables(loops, project, { params });
  expect(() => variables()).toThrow('looped.day: is missing, expected string');
  await write('params.yaml', 'looped:\n  day: today\n');
  expect(() => variables()).toThrow(`${file}:2: looped.day: Invalid ISO date`);
  await write('params.yaml', 'looped:\n  day: "2001-06-01"\n');
  expect(variables()).toMatchObject({ ML_PARAMS_LOOPS_LOOPED: '{"day":"2001-06-01"}' });
  expect(() => variables('rate=often')).toThrow('--param looped.rate: expected number, received string');
  await write('params.yaml', 'looped:\n  day: "2001-06-01"\n  dya: 1\n');
  expect(() => variables()).toThrow(`${file}:3: looped.dya: no such parameter`);
});
