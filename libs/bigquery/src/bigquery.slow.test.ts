import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { freePort } from '@ml-platform/pipeline/testing/free-port';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { queryParameters } from './script/query-parameters.ts';
import { bigQueryServer } from './testing/bigquery-server.ts';
import { runQuery } from './testing/run-query.ts';

// Cloud Storage is the one part that isn't here: its buckets are folders.
vi.mock('@ml-platform/storage', () => import('./testing/storage-folders.ts'));

const testing = (name: string) => fileURLToPath(new URL(`./testing/${name}`, import.meta.url));

let python: string;
beforeAll(async () => {
  python = await pythonEnvironment(testing('requirements.txt'));
}, 600_000);
afterEach(() => {
  vi.unstubAllEnvs();
});

async function runPython(script: string, input = '', ...args: string[]): Promise<unknown> {
  return JSON.parse((await execa(python, [testing(script), ...args], { input })).stdout);
}

test('the form that requests are held to is the one that Google publishes', async () => {
  const kept: unknown = JSON.parse(await readFile(testing('published/bigquery.json'), 'utf8'));
  expect(await runPython('trim_discovery.py')).toEqual(kept);
});

test('the query of the guide is GoogleSQL, with a model; broken, it is none', async () => {
  const sql = await readFile(fileURLToPath(new URL('./fixtures/visits/steps/forecast.sql', import.meta.url)), 'utf8');
  expect(await runPython('parse_sql.py', sql)).toEqual([
    { makes: 'TABLE days', of: ['visits'], parameters: ['leastVisitors', 'shops'] },
    { makes: 'MODEL model', of: ['days'], parameters: ['testFrom'] },
    { makes: 'TABLE forecast', of: ['days', 'model'], parameters: ['testFrom'] },
    { makes: 'TABLE shops', of: ['days'], parameters: [] },
    { makes: 'TABLE metrics', of: ['forecast'], parameters: [] },
  ]);
  const breaks = [
    ['CREATE MODEL', 'CREATE MODLE'],
    ['ML.PREDICT(', 'ML.PREDICT'],
    ['OPTIONS (', 'OPTIONS '],
  ] as const;
  for (const [right, wrong] of breaks)
    await expect(runPython('parse_sql.py', sql.replace(right, wrong))).rejects.toThrow('ParseError');
});

test("parameters are sent as Google's own client sends them", async () => {
  const values = {
    text: 'é',
    n: 3,
    rate: 0.1,
    small: 1e-7,
    yes: false,
    day: '2026-01-31',
    words: ['a', 'b'],
    numbers: [1, 2],
    rates: [0.5],
    none: [],
  };
  const types = {
    text: 'STRING',
    n: 'INT64',
    rate: 'FLOAT64',
    small: 'FLOAT64',
    yes: 'BOOL',
    day: 'DATE',
    words: 'STRING',
    numbers: 'INT64',
    rates: 'FLOAT64',
    none: 'STRING',
  };
  const sql = Object.keys(values)
    .map((name) => `@${name}`)
    .join();
  const sent = queryParameters(sql, values, { day: 'DATE', none: 'STRING' });
  const theirs = Object.entries(values).map(([name, value]) => [name, types[name as keyof typeof types], value]);
  const official = (await runPython('query_parameters.py', JSON.stringify(theirs))) as {
    queryParameters: typeof sent;
    parameterMode: string;
  };
  expect(official.parameterMode).toBe('NAMED');
  // Numbers can be written in more than one way.
  const asNumbers = (parameters: unknown) =>
    JSON.parse(JSON.stringify(parameters), (key, value: unknown) =>
      key === 'value' && typeof value === 'string' && Number.isFinite(Number(value)) ? Number(value) : value,
    ) as unknown;
  expect(asNumbers(sent)).toEqual(asNumbers(official.queryParameters));
});

test("the server of the quick tests is one that Google's own client works with", async () => {
  const server = await bigQueryServer();
  try {
    expect(await runPython('official_client.py', '', server.url)).toEqual({
      loaded: 2,
      tables: ['sheet'],
      rows: [
        [1, 'a'],
        [2, 'b'],
      ],
    });
    expect(await readFile(join(server.lake, 'acme-lake/official.json'), 'utf8')).toBe(
      '{"n":"1","t":"a"}\n{"n":"2","t":"b"}\n',
    );
  } finally {
    await server.close();
  }
});

/** bqemulator, which is by others. */
let emulator: ReturnType<typeof spawn>;
let lake: string;
let environment: Record<string, string>;
let credentials: Awaited<ReturnType<typeof bigQueryServer>>;
beforeAll(async () => {
  lake = await mkdtemp(join(tmpdir(), 'lake-'));
  const [port, grpc] = [await freePort(), await freePort()];
  const args = [testing('emulator.py'), 'start', '--rest-port', String(port), '--grpc-port', String(grpc)];
  emulator = spawn(python, args, { stdio: 'ignore', env: { ...process.env, BQEMU_GCS_LOCAL_ROOT: lake } });
  const url = `http://127.0.0.1:${port}`;
  await vi.waitFor(() => fetch(`${url}/bigquery/v2/projects/acme/datasets`), { timeout: 60_000, interval: 500 });
  credentials = await bigQueryServer();
  environment = {
    ...credentials.environment,
    LAKE: lake,
    BIGQUERY_EMULATOR_HOST: url,
    BIGQUERY_PROJECT: 'acme',
    BIGQUERY_STAGING: 'gs://acme-lake/staging',
  };
}, 120_000);
afterAll(async () => {
  emulator.kill();
  await credentials.close();
  await rm(lake, { recursive: true, force: true });
});

const DAYS = 'shop,day,visitors\nnorth,2026-01-01,10\nsouth,2026-01-02,20\neast,2026-01-03,45\nnorth,2026-01-04,12\n';

async function rowsOf(query: string): Promise<unknown> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(query)).getRowObjectsJson();
}

test('an emulator that knows nothing of this library: parameters, files and Cloud Storage', async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  await mkdir(join(lake, 'raw'));
  await writeFile(join(lake, 'raw/shops.csv'), 'shop,city\nnorth,Oslo\nsouth,Rome\neast,Riga\n');
  const sql =
    'CREATE TABLE sums AS SELECT city, SUM(visitors) AS visitors, COUNT(*) AS days FROM visits JOIN shops USING (shop) WHERE shop IN UNNEST(@shops) AND visitors > @least AND visitors < @most AND @yes GROUP BY city';
  const params = { shops: ['north', 'south'], least: 5, most: 99.5, yes: true };
  const given = { params, files: { 'visits.csv': DAYS }, inputs: { visits: 'visits.csv' }, outputs: ['sums.parquet'] };
  const { step, done } = await runQuery(sql, given, { tables: { shops: 'gs://raw/shops.csv' } });
  await done;
  const file = (name: string) => `'${join(step.folder, name)}'`;
  const plain = `SELECT city, SUM(visitors)::BIGINT AS visitors, COUNT(*) AS days FROM ${file('visits.csv')} JOIN '${lake}/raw/shops.csv' USING (shop) WHERE shop IN ('north', 'south') GROUP BY city ORDER BY city`;
  expect(
    await rowsOf(`SELECT city, visitors::BIGINT AS visitors, days FROM ${file('out/sums.parquet')} ORDER BY city`),
  ).toEqual(await rowsOf(plain));
  expect(await rowsOf(plain)).toHaveLength(2);
  await step.remove();
});

test('a script with variables there, and outputs of every kind; nothing is left', async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const sql = `DECLARE more INT64 DEFAULT 3;
CREATE TABLE sheet AS SELECT shop, CAST(day AS DATE) AS day, visitors + more AS visitors FROM visits;
CREATE TABLE list AS SELECT shop, visitors, [1, 2] AS numbers FROM sheet WHERE shop = 'east';
CREATE TABLE metrics AS SELECT AVG(visitors) AS mean, COUNT(*) AS days FROM sheet;
`;
  const given = {
    files: { 'visits.csv': DAYS },
    inputs: { visits: 'visits.csv' },
    outputs: ['sheet.csv', 'list.json', 'metrics.json'],
  };
  const { step, done } = await runQuery(sql, given);
  await done;
  const out = (name: string) => readFile(join(step.folder, 'out', name), 'utf8');
  expect((await out('sheet.csv')).trim().split('\n').toSorted()).toEqual([
    'east,2026-01-03,48',
    'north,2026-01-01,13',
    'north,2026-01-04,15',
    'shop,day,visitors',
    'south,2026-01-02,23',
  ]);
  expect(JSON.parse(await out('list.json'))).toEqual([{ shop: 'east', visitors: 48, numbers: [1, 2] }]);
  expect(JSON.parse(await out('metrics.json'))).toEqual({ mean: 24.75, days: 4 });
  const { datasets = [] } = (await (
    await fetch(`${environment.BIGQUERY_EMULATOR_HOST}/bigquery/v2/projects/acme/datasets`)
  ).json()) as { datasets?: unknown[] };
  expect(datasets).toEqual([]);
  await step.remove();
});

test('a query that fails there fails here, with its words', async () => {
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  const { step, done } = await runQuery('CREATE TABLE metrics AS SELECT missing FROM nowhere', {
    outputs: ['metrics.json'],
  });
  await expect(done).rejects.toMatchObject({
    code: 'step',
    message: expect.stringMatching(/^forecast\.sql: .*nowhere/s),
  });
  await step.remove();
});
