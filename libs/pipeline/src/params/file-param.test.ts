import { mkdir, mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { z } from 'zod';
import { definePipeline } from '../definition/define-pipeline.ts';
import { defineStep, python } from '../definition/define-step.ts';
import { toDocument } from '../document/to-document.ts';
import { file } from './file-param.ts';
import { readParamsFiles } from './params-file.ts';
import { resolveParams } from './resolve-params.ts';
import { paramsVariable, runVariables } from './run-variables.ts';

const params = z.strictObject({
  rows: file().default('data/rows.csv'),
  more: file().optional(),
  limit: z.int().default(9),
});
const ingest = defineStep({ name: 'ingest', params, run: python('ingest.py') });
const document = toDocument(definePipeline('sales', ({ add }) => void add(ingest)));

let project: string;
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'file-param-'));
  await mkdir(join(project, 'data'));
  await writeFile(join(project, 'data/rows.csv'), 'a\n1\n');
});
afterEach(() => rm(project, { recursive: true }));

const resolved = () =>
  resolveParams(params, { key: 'ingest', files: readParamsFiles(project), overrides: {}, project });
const cacheKey = () => runVariables(document, project, { params: [] })[paramsVariable('sales', 'ingest')];

test('a step gets absolute paths, from the project folder', () => {
  expect(resolved()).toEqual({ rows: join(project, 'data/rows.csv'), limit: 9 });
});

test('a raw file in an object store stays an address, which is all that its key changes by', async () => {
  await writeFile(join(project, 'params.yaml'), 'ingest: { rows: s3://lake/raw/rows.csv }\n');
  expect(resolved().rows).toBe('s3://lake/raw/rows.csv');
  const first = cacheKey();
  await writeFile(join(project, 'params.yaml'), 'ingest: { rows: s3://lake/raw/other.csv }\n');
  expect(cacheKey()).not.toBe(first);
});

test('a file that is not there is named with file, line and key', async () => {
  await writeFile(join(project, 'params.yaml'), '# ours\ningest:\n  more: data/more.csv\n');
  expect(resolved).toThrow(
    expect.objectContaining({
      code: 'notFound',
      message: `${join(project, 'params.yaml')}:3: ingest.more: ${join(project, 'data/more.csv')} isn't there`,
    }),
  );
});

test('the cache key changes with the file: its size, its time, its coming into being', async () => {
  const first = cacheKey();
  expect(cacheKey()).toBe(first);
  await writeFile(join(project, 'data/rows.csv'), 'a\n1\n2\n');
  const second = cacheKey();
  await utimes(join(project, 'data/rows.csv'), 1, 1);
  const third = cacheKey();
  await rm(join(project, 'data/rows.csv'));
  expect(new Set([first, second, third, cacheKey()]).size).toBe(4);
});

test("a folder's key changes with any file in it", async () => {
  await writeFile(join(project, 'params.yaml'), 'ingest: { more: data }\n');
  const first = cacheKey();
  await mkdir(join(project, 'data/2026'));
  await writeFile(join(project, 'data/2026/june.csv'), 'a\n');
  const second = cacheKey();
  await writeFile(join(project, 'data/2026/june.csv'), 'a\n1\n');
  expect(new Set([first, second, cacheKey()]).size).toBe(3);
});
