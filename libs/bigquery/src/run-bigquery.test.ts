import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { StepContext } from '@ml-platform/pipeline';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { collect } from './fixtures/visits/steps/collect.ts';
import { run as runCollect } from './fixtures/visits/steps/collect.run.ts';
import type { forecast } from './fixtures/visits/steps/forecast.ts';
import { run as runForecast } from './fixtures/visits/steps/forecast.run.ts';
import { type BigQueryServer, bigQueryServer } from './testing/bigquery-server.ts';
import { runQuery } from './testing/run-query.ts';
import { type StepRun, stepEnvironment, stepRun } from './testing/step-run.ts';

// Cloud Storage is the one part that isn't here: its buckets are folders.
vi.mock('@ml-platform/storage', () => import('./testing/storage-folders.ts'));

let server: BigQueryServer;
let step: StepRun;
beforeEach(async () => {
  server = await bigQueryServer();
  for (const [name, value] of Object.entries(stepEnvironment(server))) vi.stubEnv(name, value);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  // Whatever a step does, it leaves nothing behind.
  expect([...server.datasets.keys()]).toEqual([]);
  expect(await filesIn(join(server.lake, 'acme-lake/staging'))).toEqual([]);
  await step.remove();
  await server.close();
});

const out = (...path: string[]) => join(step.folder, 'out', ...path);
const configurations = () =>
  server
    .asked('bigquery.jobs.insert')
    .map(({ body }) => (body as { configuration: Record<string, object> }).configuration);

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
}

async function rowsOf(file: string): Promise<unknown[][]> {
  const connection = await (await DuckDBInstance.create()).connect();
  return (await connection.runAndReadAll(`FROM '${file}'`)).getRowsJson() as unknown[][];
}

async function run(...args: Parameters<typeof runQuery>) {
  const query = await runQuery(...args);
  step = query.step;
  return query.done;
}

test('the step of the guide: a table, a list, a model and metrics, of one script', async () => {
  step = await stepRun({
    params: { shops: ['north', 'south'], testFrom: '2026-01-22', leastVisitors: 1 },
    outputs: ['forecast.parquet', 'shops.json', 'model', 'metrics.json'],
  });
  const visits = join(step.folder, 'visits.csv');
  await runCollect({ outputs: { visits } } as StepContext<typeof collect>);
  await runForecast({ ...step.context, inputs: { visits } } as unknown as StepContext<typeof forecast>);
  expect(JSON.parse(await readFile(out('metrics.json'), 'utf8'))).toEqual({ meanAbsoluteError: 14, days: 7 });
  expect(JSON.parse(await readFile(out('shops.json'), 'utf8'))).toEqual([
    { shop: 'north', visitors: 3178 },
    { shop: 'south', visitors: 3178 },
  ]);
  expect((await rowsOf(out('forecast.parquet')))[0]).toEqual(['north', '2026-01-22', '121', 110]);
  expect(await filesIn(out('model'))).toEqual(['saved_model.pb', 'variables.index']);
  expect(step.lines.map((line) => line.replaceAll(/[\da-f]{12}|\d+\.\d s/g, '*'))).toMatchInlineSnapshot(`
    [
      "dataset acme.ml_visits_forecast_* (EU)",
      "table visits: 56 rows, 896 B",
      "running forecast.sql as job ml_visits_forecast_*_query (acme, EU)",
      "forecast.sql:2:1 create table: 1.0 MB processed, *",
      "forecast.sql:7:1 create model: 1.0 MB processed, *",
      "forecast.sql:13:1 create table: 1.0 MB processed, *",
      "forecast.sql:18:1 create table: 1.0 MB processed, *",
      "forecast.sql:24:1 create table: 1.0 MB processed, *",
      "forecast.sql: 5.0 MB processed, 52.4 MB billed, *",
      "output forecast: written",
      "output shops: written",
      "output model: written",
      "output metrics: written",
    ]
  `);
});

test('what BigQuery is asked for: a dataset for a day, typed parameters, a limit', async () => {
  const params = { shops: ['a'], rate: 0.5, least: 3, open: true, from: '2026-01-01', unused: { a: 1 } };
  const sql =
    "CREATE TABLE metrics AS SELECT 1 AS n WHERE @open AND @rate < @least AND @from IS NOT NULL AND 'a' IN UNNEST(@shops)";
  const options = { maximumBytesBilled: 20_000_000n, labels: { team: 'retail' }, types: { from: 'DATE' } } as const;
  const done = await run(sql, { params, outputs: ['metrics.json'] }, options);
  expect(done).toEqual({
    jobId: expect.stringMatching(/^ml_visits_forecast_[\da-f]{12}_query$/),
    bytesProcessed: 1_000_000,
    bytesBilled: 10_485_760,
  });
  const labels = { 'ml-pipeline': 'visits', 'ml-step': 'forecast', team: 'retail' };
  expect(server.asked('bigquery.datasets.insert')[0]?.body).toMatchObject({
    datasetReference: { projectId: 'acme', datasetId: expect.stringMatching(/^ml_visits_forecast_[\da-f]{12}$/) },
    location: 'EU',
    labels,
    defaultTableExpirationMs: '86400000',
  });
  const one = (name: string, type: string, value: string) => ({
    name,
    parameterType: { type },
    parameterValue: { value },
  });
  expect(configurations()[0]).toEqual({
    labels,
    query: {
      query: sql,
      useLegacySql: false,
      defaultDataset: { projectId: 'acme', datasetId: expect.stringMatching(/^ml_visits_forecast_/) },
      maximumBytesBilled: '20000000',
      parameterMode: 'NAMED',
      queryParameters: [
        {
          name: 'shops',
          parameterType: { type: 'ARRAY', arrayType: { type: 'STRING' } },
          parameterValue: { arrayValues: [{ value: 'a' }] },
        },
        one('rate', 'FLOAT64', '0.5'),
        one('least', 'INT64', '3'),
        one('open', 'BOOL', 'true'),
        one('from', 'DATE', '2026-01-01'),
      ],
    },
  });
});

const ROWS = 'a,b\n1,x\n2,"y\nz"\n';

test('inputs of every kind become tables: files, several, folders, documents, and what lies in Cloud Storage', async () => {
  const union = ['sheet', 'many', 'folder', 'list', 'document', 'lines', 'far', 'further'].map(
    (name) => `SELECT '${name}' AS name, SUM(a) AS a FROM ${name}`,
  );
  const given = {
    files: {
      'sheet.csv': ROWS,
      'one.csv': ROWS,
      'two.csv': ROWS,
      'folder/1.csv': ROWS,
      'folder/sub/2.csv': ROWS,
      'list.json': '[{"a":1},{"a":2}]',
      'document.json': '{"a":7}',
      'lines.jsonl': '{"a":1}\n{"a":1}\n',
    },
    inputs: {
      sheet: 'sheet.csv',
      many: ['one.csv', 'two.csv'],
      folder: 'folder',
      list: 'list.json',
      document: 'document.json',
      lines: 'lines.jsonl',
      far: 'gs://raw/far.csv',
    },
    outputs: ['sums.json'],
  };
  await mkdir(join(server.lake, 'raw'));
  await writeFile(join(server.lake, 'raw/far.csv'), ROWS);
  await run(`CREATE TABLE sums AS ${union.join(' UNION ALL ')} ORDER BY 1`, given, {
    tables: { further: ['gs://raw/far.csv', 'gs://raw/far.csv'] },
  });
  const sums = JSON.parse(await readFile(out('sums.json'), 'utf8')) as { name: string; a: number }[];
  expect(Object.fromEntries(sums.map(({ name, a }) => [name, a]))).toEqual({
    sheet: 3,
    many: 6,
    folder: 6,
    list: 3,
    document: 7,
    lines: 2,
    far: 3,
    further: 6,
  });
  const far = configurations().filter(({ load }) => load && 'sourceUris' in load);
  expect(far.map(({ load }) => (load as { sourceUris: string[] }).sourceUris)).toEqual([
    ['gs://raw/far.csv'],
    ['gs://raw/far.csv', 'gs://raw/far.csv'],
  ]);
});

test('outputs: CSV has a header, a list can be empty, a folder is a table in parts', async () => {
  const sql =
    "CREATE TABLE sheet AS SELECT 1 AS n, 'é' AS t; CREATE TABLE none AS SELECT 1 AS n WHERE false; CREATE TABLE huge AS SELECT 5 AS n;";
  await run(sql, { outputs: ['sheet.csv', 'none.json', 'huge'] });
  expect(await readFile(out('sheet.csv'), 'utf8')).toBe('n,t\n1,é\n');
  expect(await readFile(out('none.json'), 'utf8')).toBe('[]\n');
  expect(await filesIn(out('huge'))).toEqual(['part-000000000000.parquet']);
  expect(await rowsOf(out('huge/*.parquet'))).toEqual([[5]]);
});

test('metrics under a name of their own; texts beside them are left out, and nothing needs staging', async () => {
  vi.stubEnv('BIGQUERY_STAGING', '');
  await run(
    "CREATE TABLE scores AS SELECT 0.5 AS auc, 7 AS n, 'x' AS t",
    { outputs: ['scores.json'] },
    { metrics: ['scores' as never] },
  );
  expect(JSON.parse(await readFile(out('scores.json'), 'utf8'))).toEqual({ auc: 0.5, n: 7 });
});

test('a dry run says what would be read, and runs nothing', async () => {
  const given = { files: { 'sheet.csv': ROWS }, inputs: { sheet: 'sheet.csv' }, outputs: ['sheet.html'] };
  const said = await run('SELECT 1; SELECT 2', given, { dryRun: true });
  expect(said).toMatchObject({ bytesProcessed: 2_000_000, bytesBilled: 0 });
  expect(configurations()[1]).toMatchObject({ dryRun: true });
  expect(step.lines.at(-1)).toBe('forecast.sql would process 2.0 MB');
  expect(await readdir(out())).toEqual([]);
});

test('an upload that breaks goes on where it broke, one that is refused for a moment too', async () => {
  server.next('PUT');
  server.next('PUT', { status: 503, json: {} });
  const text = `n\n${Array.from({ length: 50_000 }, (_, index) => index).join('\n')}\n`;
  const given = { files: { 'sheet.csv': text }, inputs: { sheet: 'sheet.csv' }, outputs: ['metrics.json'] };
  await run('CREATE TABLE metrics AS SELECT SUM(n) AS n FROM sheet', given);
  expect(JSON.parse(await readFile(out('metrics.json'), 'utf8'))).toEqual({ n: 1_249_975_000 });
  expect(server.requests.find(({ data }) => data)?.data?.toString()).toBe(text);
});

test('answers that get lost and passing failures change nothing: each job is started once', async () => {
  server.next('bigquery.datasets.insert');
  server.next('bigquery.jobs.insert');
  // More of them than one request is sent again for: the job goes on meanwhile.
  for (let times = 0; times < 7; times += 1) server.next('bigquery.jobs.get', { status: 503, json: {} });
  await run('CREATE TABLE metrics AS SELECT 1 AS n', { outputs: ['metrics.json'] });
  expect(server.asked('bigquery.jobs.insert')).toHaveLength(2);
  expect(JSON.parse(await readFile(out('metrics.json'), 'utf8'))).toEqual({ n: 1 });
});
