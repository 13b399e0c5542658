import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { PipelineDocument } from '@ml-platform/pipeline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { besideLake, seedRawData } from './raw-data.ts';

let project: string;
let said: string[];
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'raw-data-'));
  said = [];
});
afterEach(() => rm(project, { recursive: true }));

const path = { type: 'string', format: 'path' };
const document = {
  name: 'sales',
  params: {
    ingest: { properties: { customers: path, regions: { ...path, default: 'regions' }, limit: { type: 'number' } } },
    fixed: { properties: { file: path } },
  },
  steps: [
    { name: 'ingest', paramsKey: 'ingest' },
    { name: 'fixed', paramsKey: 'fixed', fixedParams: { file: 'in-the-image.csv' } },
  ],
} as unknown as PipelineDocument;

const seed = (params: Parameters<typeof seedRawData>[0], lake: () => string | undefined = lakeOf) =>
  seedRawData(params, { document, project, lake, log: (message) => void said.push(message) });
const lakeOf = () => pathToFileURL(join(project, 'lake/runs')).href;

test('files and folders go up once, by their content, and their places are the values', async () => {
  await writeFile(join(project, 'customers.csv'), 'name\nAda\n');
  await mkdir(join(project, 'regions/north'), { recursive: true });
  await writeFile(join(project, 'regions/north/a.csv'), 'a');
  const given = { ingest: { customers: 'customers.csv', limit: 3 } };
  const seeded = await seed(given);
  const { customers, regions, limit } = seeded.ingest ?? {};
  expect(limit).toBe(3);
  expect(customers).toMatch(/^file:\/\/.*\/lake\/raw\/[0-9a-f]{16}\/customers\.csv$/);
  expect(await readFile(fileURLToPath(String(customers)), 'utf8')).toBe('name\nAda\n');
  expect(await readdir(fileURLToPath(String(regions)), { recursive: true })).toEqual(['north', 'north/a.csv']);
  expect(said).toHaveLength(2);
  expect(await seed(given)).toEqual(seeded);
  expect(said).toHaveLength(2);
  await writeFile(join(project, 'customers.csv'), 'name\nGrace\n');
  expect((await seed(given)).ingest?.customers).not.toBe(customers);
});

test('what lies in a store, and where runs see this machine, stays as it is; a file that is not there is an error', async () => {
  const away = { ingest: { customers: 's3://lake/customers.csv', regions: 'gs://lake/regions' } };
  expect(await seed(away, () => expect.unreachable())).toEqual(away);
  await mkdir(join(project, 'regions'));
  const here = { ingest: { customers: 'customers.csv' } };
  await expect(seed(here)).rejects.toMatchObject({
    code: 'notFound',
    message: expect.stringContaining('ingest.customers is customers.csv'),
  });
  await writeFile(join(project, 'customers.csv'), '');
  expect(await seed(here, () => undefined)).toEqual(here);
});

test.each([
  ['s3://acme/lake/runs', 's3://acme/lake/raw'],
  ['s3://acme/runs/', 's3://acme/raw'],
  ['gs://acme', 'gs://acme/raw'],
  ['file:///data/runs', 'file:///data/raw'],
])('raw data of the lake %s', (lake, raw) => {
  expect(besideLake(lake, 'raw')).toBe(raw);
});
