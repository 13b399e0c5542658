import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import type { BigQueryContext, BigQueryOptions } from './options.ts';
import { runBigQuery } from './run-bigquery.ts';
import { type BigQueryServer, bigQueryServer } from './testing/bigquery-server.ts';
import { PROJECT, refused } from './testing/google-server.ts';
import { type QueryGiven, runQuery } from './testing/run-query.ts';
import { stepEnvironment } from './testing/step-run.ts';

// Cloud Storage is the one part that isn't here: its buckets are folders.
vi.mock('@ml-platform/storage', () => import('./testing/storage-folders.ts'));

let server: BigQueryServer;
beforeAll(async () => {
  server = await bigQueryServer();
});
afterAll(() => server.close());
beforeEach(() => {
  for (const [name, value] of Object.entries(stepEnvironment(server))) vi.stubEnv(name, value);
});
afterEach(() => {
  vi.unstubAllEnvs();
  // Also what fails leaves nothing behind.
  expect([...server.datasets.keys()]).toEqual([]);
});

/** The error that a query ends with. */
async function errorOf(sql: string, given: QueryGiven = {}, options: BigQueryOptions = {}) {
  const { step, done } = await runQuery(sql, given, options);
  const error = await done.then(
    () => undefined,
    (thrown: { code: string; message: string; hint: string }) => thrown,
  );
  await step.remove();
  return error && { code: error.code, message: error.message.replaceAll(`${step.folder}/`, ''), hint: error.hint };
}

const METRICS: QueryGiven = { outputs: ['metrics.json'] };
const sheet = (text: string, name = 'sheet.csv'): QueryGiven => ({
  ...METRICS,
  files: { [name]: text },
  inputs: { sheet: name },
});

interface Case {
  readonly sql?: string;
  readonly given?: QueryGiven;
  readonly options?: BigQueryOptions;
  readonly environment?: Readonly<Record<string, string>>;
  readonly code?: string;
  readonly message: string;
  readonly hint: string;
}

const BEFORE: Readonly<Record<string, Case>> = {
  'no staging place, where an output needs one': {
    given: { outputs: ['forecast.parquet'] },
    environment: { BIGQUERY_STAGING: '' },
    message: "output 'forecast' goes through Cloud Storage, and BIGQUERY_STAGING is not set",
    hint: 'name a place that who is signed in can write to: BIGQUERY_STAGING=gs://acme-lake/staging',
  },
  'a staging place elsewhere': {
    environment: { BIGQUERY_STAGING: 's3://lake' },
    message: "BIGQUERY_STAGING is 's3://lake', expected a place in Cloud Storage",
    hint: 'name a bucket, and a folder in it: BIGQUERY_STAGING=gs://acme-lake/staging',
  },
  'an output that BigQuery does not write': {
    given: { outputs: ['page.html'] },
    message: "output 'page' is a .html file, which BigQuery doesn't write",
    hint: 'declare it as parquet(), csv(), json(), metrics() or directory(), and make the file of it in another step',
  },
  'metrics that are no output': {
    options: { metrics: ['scores' as never] },
    message: "the option metrics names 'scores', which is no output of the step",
    hint: 'outputs: none',
  },
  'an input of which no table is made': {
    given: sheet('<p>', 'sheet.html'),
    message: "input 'sheet' is sheet.html, of which no table can be made",
    hint: 'a table is made of .parquet, .csv, .json, .jsonl, .ndjson, or of a folder of one of these',
  },
  'a table of two formats': {
    given: { files: { 'a/1.csv': 'n\n1\n', 'a/2.json': '[]' }, inputs: { a: 'a' } },
    message: "input 'a' is made of CSV and NEWLINE_DELIMITED_JSON, and a table is made of one kind",
    hint: 'make a table of each, and UNION ALL of them in the query',
  },
  'a table of two kinds of places': {
    given: { files: { '1.csv': 'n\n1\n' }, inputs: { a: ['1.csv', 'gs://lake/2.csv'] } },
    message: "input 'a' is made of files on this machine and in Cloud Storage, and a table is made of one kind",
    hint: 'make a table of each, and UNION ALL of them in the query',
  },
  'a table that is an input, too': {
    given: sheet('n\n1\n'),
    options: { tables: { sheet: 'gs://lake/sheet.csv' } },
    message: "the table 'sheet' is an input of the step and one of its tables, too",
    hint: 'give one of them another name',
  },
  'a table of a file of this machine': {
    options: { tables: { sheet: 'data/sheet.csv' } },
    message: "tables names 'data/sheet.csv', expected a place in Cloud Storage",
    hint: "as in { tables: { visits: 'gs://acme-lake/visits/*.parquet' } }; a file is an input of the step",
  },
  'a parameter without a type': {
    sql: 'SELECT @shop',
    given: { params: { shop: null } },
    message: "parameter 'shop' is null, which doesn't tell its type in BigQuery",
    hint: "say it: runBigQuery(context, sql, { types: { shop: 'STRING' } })",
  },
};

test.each(Object.entries(BEFORE))('before anything starts: %s', async (_, { sql = 'SELECT 1', ...one }) => {
  for (const [name, value] of Object.entries(one.environment ?? {})) vi.stubEnv(name, value);
  const { length } = server.requests;
  expect(await errorOf(sql, one.given, one.options)).toEqual({ code: 'config', message: one.message, hint: one.hint });
  expect(server.requests).toHaveLength(length);
});

const WITHIN: Readonly<Record<string, Case>> = {
  'words that are no SQL': {
    sql: '-- a comment\nCREATE TABLE metrics AS\n  SELEC 1 AS n',
    message: 'forecast.sql:3:3: Query error: Parser Error: syntax error at or near "SELEC"',
    hint: 'mend line 3 of forecast.sql',
  },
  'a statement of a script that fails': {
    sql: "CREATE TABLE metrics AS SELECT 1 AS n;\nSELECT\n  CAST('x' AS BIGINT);\n",
    message: "forecast.sql:3:3: Query error: Conversion Error: Could not convert string 'x' to INT64",
    hint: 'mend line 3 of forecast.sql',
  },
  'a parameter that the step does not have': {
    sql: 'CREATE TABLE metrics AS SELECT @rate AS n',
    given: { ...METRICS, params: { rat: 1 } },
    message: "forecast.sql:1:1: Query error: Query parameter 'rate' not found",
    hint: "give the step a parameter 'rate'",
  },
  'a query that would be billed for too much': {
    sql: 'SELECT 1; SELECT 2',
    options: { maximumBytesBilled: 11_000_000 },
    message: 'forecast.sql: Query exceeded limit for bytes billed: 11000000. 20971520 or higher required.',
    hint: 'read less: fewer columns, a partition; or raise maximumBytesBilled',
  },
  'an output that the script does not make': {
    sql: 'CREATE TABLE metric AS SELECT 1 AS n',
    message: "forecast.sql made no table 'metrics', of which output 'metrics' would be made",
    hint: "did you mean 'metric'?",
  },
  'a model that the script does not make': {
    sql: 'CREATE TABLE days AS SELECT 1 AS n',
    given: { outputs: ['model'] },
    message: "forecast.sql made no model or table 'model', of which output 'model' would be made",
    hint: 'models and tables: days',
  },
  'a table that is too large for a file': {
    sql: 'CREATE TABLE huge AS SELECT 1 AS n',
    given: { outputs: ['huge.parquet'] },
    message:
      "output 'huge': Table too large to be exported to a single file. Specify a uri including a * to shard export.",
    hint: 'BigQuery writes up to 1 GB into one file: declare the output as directory(), and it becomes a folder of Parquet files',
  },
  'metrics of no row': {
    sql: 'CREATE TABLE metrics AS SELECT 1 AS n WHERE false',
    message: "the table 'metrics' of metrics has no row, expected one",
    hint: 'one row, a column per number: CREATE TABLE metrics AS SELECT 0.7 AS auc, 0.4 AS logLoss',
  },
  'metrics of two rows': {
    sql: 'CREATE TABLE metrics AS SELECT 1 AS n UNION ALL SELECT 2',
    message: "the table 'metrics' of metrics has more than one row, expected one",
    hint: 'one row, a column per number: CREATE TABLE metrics AS SELECT 0.7 AS auc, 0.4 AS logLoss',
  },
  'a metric that is null': {
    sql: 'CREATE TABLE metrics AS SELECT CAST(NULL AS DOUBLE) AS auc',
    message: "the metric 'metrics.auc' is NULL, expected a finite number",
    hint: 'look at the rows that it is computed of; IFNULL and SAFE_DIVIDE say what to take instead',
  },
  'a metric that is no number': {
    sql: "CREATE TABLE metrics AS SELECT CAST('NaN' AS DOUBLE) AS auc",
    message: "the metric 'metrics.auc' is NaN, expected a finite number",
    hint: 'look at the rows that it is computed of; IFNULL and SAFE_DIVIDE say what to take instead',
  },
  'a file that is not what its name says': {
    given: sheet('no Parquet at all', 'sheet.parquet'),
    code: 'data',
    message: "table 'sheet': Error while reading data, error message: Invalid Input Error: No magic bytes found",
    hint: 'look at sheet.parquet: Parquet tells types by itself, those of CSV and JSON are guessed',
  },
  'JSON that is none': {
    given: sheet('{', 'sheet.json'),
    code: 'data',
    message: 'sheet.json is neither JSON nor a JSON object per line',
    hint: 'look at what wrote it',
  },
  'a list of numbers': {
    given: sheet('[{"n": 1}, 2]', 'sheet.json'),
    code: 'data',
    message: 'sheet.json holds 2 as row 2, expected an object',
    hint: 'a table is made of a list of objects: [{"day": "2026-01-31", "visits": 7}]',
  },
};

test.each(Object.entries(WITHIN))('%s', async (_, { sql = 'SELECT 1', given = METRICS, ...one }) => {
  const error = await errorOf(sql, given, one.options);
  expect(error).toMatchObject({ code: one.code ?? 'step', message: expect.stringContaining(one.message) });
  expect(error?.hint.replaceAll(/\/\S*\//g, '')).toBe(one.hint);
});

const CREATE = 'bigquery.datasets.insert';

test.each([
  ['who may not', 403, 'accessDenied', 'Access Denied: Project acme', /roles BigQuery User and Storage Object Admin/],
  ['who is not known', 401, 'authError', 'Invalid Credentials', /gcloud auth application-default login/],
])('%s is told so', async (_, status, reason, message, hint) => {
  server.next(CREATE, refused(status, reason, message));
  expect(await errorOf('SELECT 1', METRICS)).toEqual({
    code: 'environment',
    message: `BigQuery refuses POST /bigquery/v2/projects/acme/datasets (${status}, ${reason}): ${message}`,
    hint: expect.stringMatching(hint),
  });
});

test('a project or a place that is not there, and one that BigQuery has no word for', async () => {
  server.next(CREATE, refused(404, 'notFound', 'Not found: Project acme'));
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({
    code: 'notFound',
    hint: 'check BIGQUERY_PROJECT and BIGQUERY_LOCATION',
  });
  server.next(CREATE, refused(400, 'invalid', 'Invalid location: Mars'));
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({
    code: 'config',
    message: expect.stringContaining('Invalid location: Mars'),
  });
});

test('something else that answers', async () => {
  server.next(CREATE, { status: 200 });
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({
    code: 'environment',
    message: `BigQuery at ${server.url} doesn't answer in JSON: nothing`,
  });
});

test('a query that is refused at once has the same words as one that fails', async () => {
  server.next('bigquery.jobs.insert', refused(400, 'invalidQuery', 'Unrecognized name: x at [1:8]'));
  expect(await errorOf('SELECT x', METRICS)).toEqual({
    code: 'step',
    message: 'forecast.sql:1:8: Unrecognized name: x',
    hint: 'mend line 1 of forecast.sql',
  });
});

test.each([
  [
    'quotaExceeded',
    'Quota exceeded: your project is out of quota',
    'wait until the quota is renewed, or have it raised',
  ],
  ['backendError', 'Error encountered during execution', 'BigQuery had a failure of its own: run the step again'],
])('a job that ends with %s is about the environment', async (reason, message, hint) => {
  const failed = { status: { state: 'DONE', errorResult: { reason, message } } };
  server.next('bigquery.jobs.insert', { json: failed });
  expect(await errorOf('SELECT 1', METRICS)).toEqual({
    code: 'environment',
    message: `forecast.sql: ${message}`,
    hint,
  });
});

test('details of a load are said, the first of them', async () => {
  const errorResult = { reason: 'invalid', message: 'CSV table encountered too many errors, giving up.' };
  const errors = ['row 2', 'row 3', 'row 4', 'row 5'].map((message) => ({ reason: 'invalid', message }));
  server.next('bigquery.jobs.insert', {
    json: { status: { state: 'DONE', errorResult, errors: [errorResult, ...errors] } },
  });
  expect(await errorOf('SELECT 1', sheet('n\n1\n'))).toMatchObject({
    code: 'data',
    message: "table 'sheet': CSV table encountered too many errors, giving up.; row 2; row 3; row 4",
  });
});

test('nobody signed in', async () => {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  vi.stubEnv('HOME', '/nowhere');
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({
    code: 'environment',
    message: expect.stringContaining("Google doesn't know who you are"),
    hint: 'sign in: gcloud auth application-default login',
  });
});

test('where nobody says which project pays, it is the one of the credentials, if they have one', async () => {
  vi.stubEnv('BIGQUERY_PROJECT', '');
  expect(await errorOf('CREATE TABLE metrics AS SELECT 1 AS n', METRICS)).toBeUndefined();
  expect(server.requests.at(-1)?.path).toMatchObject({ projectId: 'acme-machine' });
  for (let times = 0; times < 2; times += 1) server.next(PROJECT, { status: 404, json: {} });
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({ code: 'config', hint: 'set BIGQUERY_PROJECT' });
});

test('a service that does not answer', { timeout: 60_000 }, async () => {
  vi.stubEnv('BIGQUERY_EMULATOR_HOST', '127.0.0.1:1');
  expect(await errorOf('SELECT 1', METRICS)).toMatchObject({
    code: 'environment',
    message: expect.stringContaining("BigQuery can't be reached at http://127.0.0.1:1: "),
    hint: 'check the network, and BIGQUERY_EMULATOR_HOST if it is set',
  });
});

test('a query that is not there', async () => {
  const context = { params: {}, inputs: {}, outputs: {} } as unknown as BigQueryContext<unknown>;
  const missing = pathToFileURL('/nowhere/forecast.sql');
  await expect(runBigQuery<unknown>(context, missing, {} as never)).rejects.toMatchObject({
    code: 'notFound',
    message: "the query /nowhere/forecast.sql can't be read",
    hint: "name a file beside the module: new URL('./forecast.sql', import.meta.url)",
  });
});

test('a step that is told to stop cancels its job, and leaves nothing', async () => {
  const { step, done } = await runQuery(
    'CREATE TABLE metrics AS SELECT SUM(a.range * b.range) AS n FROM range(1000000) a, range(1000000) b',
    METRICS,
  );
  const before = server.asked('bigquery.jobs.cancel').length;
  await vi.waitFor(() => expect(step.lines.some((line) => line.startsWith('running'))).toBe(true), { timeout: 10_000 });
  await setTimeout(200);
  step.stop.abort(new Error('SIGTERM'));
  await expect(done).rejects.toThrow('SIGTERM');
  expect(server.asked('bigquery.jobs.cancel')).toHaveLength(before + 1);
  await step.remove();
});

test('somebody else who cancels it', async () => {
  const { step, done } = await runQuery(
    'SELECT SUM(a.range * b.range) AS n FROM range(1000000) a, range(1000000) b',
    METRICS,
  );
  await vi.waitFor(() => expect(step.lines.some((line) => line.startsWith('running'))).toBe(true), { timeout: 10_000 });
  await setTimeout(300);
  const job = server.asked('bigquery.jobs.insert').at(-1)?.body as { jobReference: { jobId: string } };
  const url = `${server.url}/bigquery/v2/projects/acme/jobs/${job.jobReference.jobId}/cancel`;
  await fetch(url, { method: 'POST', headers: { authorization: 'Bearer sesame' } });
  await expect(done).rejects.toMatchObject({ code: 'step', hint: 'somebody cancelled it: run the step again' });
  await step.remove();
});

test('what could not be removed is said, and fails nothing', async () => {
  server.next('bigquery.datasets.delete', refused(403, 'accessDenied', 'no'));
  const { step, done } = await runQuery('CREATE TABLE metrics AS SELECT 1 AS n', METRICS);
  await done;
  await access(join(step.folder, 'out/metrics.json'));
  const [dataset = ''] = server.datasets.keys();
  expect(step.lines.at(-1)).toContain(`dataset ${dataset} could not be removed; its tables are gone in a day`);
  const url = `${server.url}/bigquery/v2/projects/acme/datasets/${dataset}?deleteContents=true`;
  await fetch(url, { method: 'DELETE', headers: { authorization: 'Bearer sesame' } });
  await step.remove();
});
