import { access, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type ObjectStore, openStore } from '@ml-platform/storage';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { dataset, directory, json, parquet } from '../artifacts/artifacts.ts';
import { checkDocument } from '../document/check-document.ts';
import { checkArtifact, noteStored, storedFiles } from '../runner/in-store.ts';
import { hashArtifact } from '../runner/run-record.ts';
import { filesAt, sparkStaging } from './spark-staging.ts';

const runner = { language: 'python', module: 'a.py', requirements: 'requirements.txt', on: 'spark' };
const metrics = { kind: 'metrics', path: 'metrics.json', metrics: ['rows'] };
const table = { kind: 'dataset', path: 'table', directory: true };
const rows = { step: 'make', output: 'metrics', name: 'rows' };
const document = checkDocument({
  version: '1.0',
  name: 'sales',
  params: {},
  steps: [
    { name: 'list', runner, paramsKey: 'list', inputs: {}, outputs: { days: { kind: 'json', path: 'days.json' } } },
    {
      name: 'load',
      runner,
      paramsKey: 'load',
      inputs: {},
      outputs: { table },
      forEach: { param: 'day', from: { step: 'list', output: 'days' } },
    },
    { name: 'make', runner, paramsKey: 'make', inputs: {}, outputs: { table, metrics } },
    {
      name: 'fit',
      runner,
      paramsKey: 'fit',
      inputs: {
        table: { kind: 'dataset', from: [{ step: 'make', output: 'table' }] },
        days: { kind: 'dataset', many: true, from: [{ step: 'load', output: 'table' }] },
      },
      outputs: { fitted: table, metrics },
      when: [{ metric: rows, operator: '>=', bound: 1 }],
    },
  ],
});

let folder: string;
let store: ObjectStore;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spark-staging-'));
  store = await openStore(pathToFileURL(join(folder, 'lake')).href);
  await writeFile(join(folder, 'file'), 'PAR1PAR1');
});
afterEach(() => rm(folder, { recursive: true }));

function stagedFit() {
  const step = document.steps.find(({ name }) => name === 'fit');
  if (step === undefined) throw new Error('no fit');
  return { document, step, folder: join(folder, 'here'), options: { step: 'fit' } };
}

const put = (...paths: string[]) => Promise.all(paths.map((path) => store.upload(join(folder, 'file'), path)));
const isHere = (path: string) =>
  access(join(folder, 'here', path)).then(
    () => true,
    () => false,
  );

test('inputs stay in the store, and a note says what they are; what gates read is fetched', async () => {
  await put(
    'artifacts/make/table/part-00000.parquet',
    'artifacts/make/table/part-00001.parquet',
    'artifacts/make/metrics.json',
  );
  await put('artifacts/load/table/000000/part-00000.parquet', 'artifacts/load/table/000001/part-00000.parquet');
  await put('artifacts/load/skipped.json');
  await sparkStaging(store).fetch(stagedFit());
  const files = await storedFiles(join(folder, 'here/artifacts/make/table'));
  expect(files?.map(({ name, from }) => [name, from])).toEqual([
    ['part-00000.parquet', 'artifacts/make/table/part-00000.parquet'],
    ['part-00001.parquet', 'artifacts/make/table/part-00001.parquet'],
  ]);
  expect(await storedFiles(join(folder, 'here/artifacts/load/table/000001'))).toMatchObject([
    { name: 'part-00000.parquet' },
  ]);
  expect(await isHere('artifacts/make/table/part-00000.parquet')).toBe(false);
  expect(await readFile(join(folder, 'here/artifacts/make/metrics.json'), 'utf8')).toBe('PAR1PAR1');
  expect(await isHere('artifacts/load/skipped.json')).toBe(true);
});

test('what a job left is copied where a note stands, and the rest goes up', async () => {
  await put('jobs/fit/1/outputs/fitted/part-00000-x.parquet', 'artifacts/fit/fitted/of-before.parquet');
  const staged = stagedFit();
  const [file] = await filesAt(store, 'jobs/fit/1/outputs/fitted');
  if (file === undefined) throw new Error('no file');
  await noteStored(join(staged.folder, 'artifacts/fit/fitted'), [{ ...file, name: 'part-00000.parquet' }]);
  await writeFile(join(staged.folder, 'artifacts/fit/metrics.json'), '{}');
  await mkdir(join(staged.folder, 'runs'));
  await writeFile(join(staged.folder, 'runs/fit.json'), '{}');
  await sparkStaging(store).put(staged, 'done');
  expect(await store.list('')).toEqual([
    'artifacts/fit/fitted/part-00000.parquet',
    'artifacts/fit/metrics.json',
    'jobs/fit/1/outputs/fitted/part-00000-x.parquet',
    'runs/fit.json',
  ]);
});

test('a note has a version instead of a hash, which follows names and content, not the place', async () => {
  const hashOf = async (name: string, version: string, from: string) => {
    await noteStored(join(folder, 'noted'), [{ name, version, from }]);
    return hashArtifact(join(folder, 'noted'));
  };
  const version = await hashOf('a.parquet', '8 x', 'jobs/1/a');
  expect(version).toMatch(/^stored:[0-9a-f]{64}$/);
  expect(await hashOf('a.parquet', '8 x', 'artifacts/a')).toBe(version);
  expect(await hashOf('a.parquet', '9 y', 'jobs/1/a')).not.toBe(version);
  expect(await hashOf('b.parquet', '8 x', 'jobs/1/a')).not.toBe(version);
});

test.each([
  [dataset(), ['x.csv'], 'holds x.csv, and a dataset holds .parquet files alone'],
  [dataset(), ['origin=A/x.parquet'], 'holds origin=A/x.parquet'],
  [directory(), [''], 'is one file, and not a folder'],
  [parquet(), ['part-00000.parquet'], 'is a folder of files, and not one file'],
  [json(), ['a', 'b'], 'is a folder of files, and not one file'],
])('%s that is noted is checked by its files', async (type, names, message) => {
  const path = join(folder, 'noted');
  await noteStored(
    path,
    names.map((name) => ({ name, from: name, version: '1' })),
  );
  await expect(checkArtifact(type, path)).rejects.toThrow(message);
});
