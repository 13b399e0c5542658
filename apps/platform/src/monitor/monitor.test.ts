import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { openSqliteRegistry } from '@ml-platform/registry';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { modelFolder } from '../testing/model-folder.ts';
import { WORKSPACE } from '../workspace.ts';

let folder: string;
const path = (name: string) => join(folder, name);

const SIGNATURE = {
  inputs: [
    { name: 'origin', type: 'string' },
    { name: 'hour/local', type: 'float32' },
  ],
  outputs: [
    { name: 'label', type: 'int64' },
    { name: 'score', type: 'float32' },
  ],
};
const REFERENCE = {
  rows: 20_000,
  columns: {
    origin: { kind: 'categorical', nullShare: 0.1, shares: { LAX: 0.5, "O'Hare": 0.3 }, otherShare: 0.1 },
    'hour/local': { kind: 'numeric', nullShare: 0, edges: [6.1, 12], shares: [0.2, 0.3, 0.5] },
  },
  prediction: { kind: 'numeric', nullShare: 0, edges: [0.5], shares: [0.5, 0.5] },
};

interface Row {
  readonly origin: string | null;
  readonly hour: number | null;
  readonly score: number;
}

/** 2000 rows that are as the reference is; `change` makes others of them. */
function rows(change: (row: Row, index: number) => Row = (row) => row): Row[] {
  return Array.from({ length: 2000 }, (_, index) => {
    const tenth = index % 10;
    const origin = [null, 'OAK', 'LAX', 'LAX', 'LAX', 'LAX', 'LAX', "O'Hare", "O'Hare", "O'Hare"][tenth] ?? null;
    const hour = tenth < 2 ? 6.1 : tenth < 5 ? 12 : 18;
    return change({ origin, hour, score: index % 2 === 0 ? 0.5 : 0.9 }, index);
  });
}

const entry = ({ origin, hour, score }: Row, day: string, model = 'delays') =>
  JSON.stringify({
    time: `${day}T10:00:00.000Z`,
    model,
    version: '1',
    inputs: { origin, 'hour/local': hour },
    outputs: { label: 1, score },
  });

function write(name: string, text: string) {
  mkdirSync(dirname(path(name)), { recursive: true });
  writeFileSync(path(name), text);
}

function log(name: string, day: string, of: readonly Row[], model?: string) {
  write(`${name}/${day}/host-1.jsonl`, `${of.map((row) => entry(row, day, model)).join('\n')}\n`);
}

async function monitor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const bin = join(WORKSPACE, 'apps/platform/bin/platform.mjs');
  const all = ['monitor', 'delays', '--registry', path('models'), '--json', ...args];
  const { exitCode, stdout, stderr } = await execa(process.execPath, [bin, ...all], { env, reject: false });
  return { exitCode, stderr, drift: stdout === '' ? undefined : JSON.parse(stdout) };
}

const indexOf = (drift: { columns: { name: string; index: number }[] }, name: string) =>
  drift.columns.find((column) => column.name === name)?.index;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'monitor-'));
  const example = { origin: 'LAX', 'hour/local': 1 };
  const registry = await openSqliteRegistry(path('models'));
  const models = [
    ['delays', { signature: SIGNATURE, example, reference: REFERENCE }],
    ['bare', { signature: SIGNATURE, example }],
    ['odd', { signature: SIGNATURE, example, reference: { rows: 1, columns: { origin: { kind: 'x' } } } }],
    ['other', { signature: SIGNATURE, example, reference: { ...REFERENCE, columns: {} } }],
  ] as const;
  for (const [name, more] of models) {
    const { version } = await registry.register({
      name,
      source: await modelFolder(path(`source/${name}`), name, more),
    });
    await registry.promote(name, version);
  }
  await registry.close();
  log('same', '2026-05-01', rows());
  log('moved', '2026-05-01', rows());
  log(
    'moved',
    '2026-05-02',
    rows((row) => ({ ...row, hour: 20, score: 0.9 })),
  );
  log('mixed', '2026-05-01', rows());
  write(
    'mixed/2026-05-01/other.jsonl',
    rows((row) => ({ ...row, origin: 'X' }))
      .map((row) => entry(row, '2026-05-01', 'others'))
      .join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

test('predictions like the reference do not drift: every bin has its share', async () => {
  const { exitCode, stderr, drift } = await monitor(['--predictions', path('same')]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(drift).toMatchObject({
    model: 'delays',
    version: '1',
    rows: 2000,
    referenceRows: 20_000,
    from: '2026-05-01T10:00:00.000Z',
    to: '2026-05-01T10:00:00.000Z',
    judged: true,
    drifted: false,
    highest: 0,
  });
  for (const { index, bins } of drift.columns) {
    expect(index).toBeCloseTo(0, 12);
    for (const { expected, actual } of bins) expect(actual).toBeCloseTo(expected, 12);
  }
  expect(drift.columns.map(({ name }: { name: string }) => name).sort()).toEqual(['hour/local', 'origin', 'score']);
});

test('drift ends with 8, with a report that says where and how', async () => {
  const args = ['--predictions', path('moved'), '--report', path('reports/drift.md')];
  const { exitCode, stderr, drift } = await monitor(args);
  expect(exitCode).toBe(8);
  expect(stderr).toContain('error: delays is asked other things than it was trained on: hour/local');
  // hour: 0.2, 0.3, 0.5 to 0.1, 0.15, 0.75; score: 0.5, 0.5 to 0.25, 0.75
  const hour = -0.1 * Math.log(0.5) - 0.15 * Math.log(0.5) + 0.25 * Math.log(1.5);
  expect(indexOf(drift, 'hour/local')).toBeCloseTo(hour, 9);
  expect(indexOf(drift, 'score')).toBeCloseTo(-0.25 * Math.log(0.5) + 0.25 * Math.log(1.5), 9);
  expect(drift.highest).toBeCloseTo(hour, 9);
  const report = readFileSync(path('reports/drift.md'), 'utf8');
  expect(report).toContain(
    '# Drift of delays\n\n**delays drifts in 2 of 3 columns**; 4,000 predictions from 2026-05-01T10:00',
  );
  expect(report).toContain('| ❌ | `hour/local` | 0.2747 | 0.2 |');
  expect(report).toContain('| ✅ | `origin` | 0.0000 | 0.2 |');
  expect(report).toContain('| `> 12` | 50.0 % | 75.0 % |');
});

test('a limit is for all columns or for one, and --since leaves out what was before', async () => {
  const allowed = ['--limit', '0.3', '--limit', 'score=0.275'];
  expect((await monitor(['--predictions', path('moved'), ...allowed])).exitCode).toBe(0);
  const { drift } = await monitor(['--predictions', path('moved'), '--since', '2026-05-02']);
  expect(drift).toMatchObject({ rows: 2000, from: '2026-05-02T10:00:00.000Z' });
  const later = await monitor(['--predictions', path('moved/**/*.jsonl'), '--since', '2026-05-02T10:00:01Z']);
  expect([later.exitCode, later.drift]).toMatchObject([0, { rows: 0, from: null, judged: false, columns: [] }]);
  const never = await monitor(['--predictions', path('moved'), '--since', '2027-01-01']);
  expect([never.exitCode, never.drift]).toMatchObject([0, { rows: 0, judged: false }]);
});

test('predictions of other models are left out', async () => {
  expect((await monitor(['--predictions', path('mixed')])).drift).toMatchObject({ rows: 2000, drifted: false });
});

test('few rows say nothing', async () => {
  log('few', '2026-05-01', rows((row) => ({ ...row, hour: 1 })).slice(0, 999));
  const { exitCode, drift } = await monitor(['--predictions', path('few')]);
  expect([exitCode, drift.judged, drift.drifted]).toEqual([0, false, false]);
  expect((await monitor(['--predictions', path('few'), '--min-rows', '999'])).exitCode).toBe(8);
});

test('what the server takes for missing is missing', async () => {
  const change = (row: Row, index: number) => (index % 10 === 0 ? { ...row, origin: '' } : row);
  log('empty', '2026-05-01', rows(change));
  expect(indexOf((await monitor(['--predictions', path('empty')])).drift, 'origin')).toBeCloseTo(0, 12);
});

test.each(['csv', 'parquet', 'nested.parquet', 'jsonl'])('a table of predictions as %s is read alike', async (kind) => {
  const flat = rows().map(({ origin, hour, score }) => ({ origin, 'hour/local': hour, score }));
  write('flat/rows.jsonl', flat.map((row) => JSON.stringify(row)).join('\n'));
  const database = await (await DuckDBInstance.create()).connect();
  const source = `read_json('${path('flat/rows.jsonl')}')`;
  const nested = `SELECT {'origin': origin, 'hour/local': "hour/local"} AS inputs, {'score': score} AS outputs FROM ${source}`;
  await database.run(`COPY (${nested}) TO '${path('flat/rows.nested.parquet')}'`);
  for (const format of ['csv', 'parquet'])
    await database.run(`COPY (SELECT * FROM ${source}) TO '${path(`flat/rows.${format}`)}'`);
  database.closeSync();
  const { exitCode, stderr, drift } = await monitor(['--predictions', path(`flat/rows.${kind}`)]);
  expect([exitCode, stderr]).toEqual([0, '']);
  expect(drift).toMatchObject({ rows: 2000, from: null, to: null });
  for (const { index } of drift.columns) expect(index).toBeCloseTo(0, 12);
  expect(drift.columns).toHaveLength(3);
  expect((await monitor(['--predictions', path(`flat/rows.${kind}`), '--since', '2026-01-01'])).stderr).toContain(
    'no column time',
  );
});

test('predictions in a store are brought for as long as it takes', async () => {
  const store = pathToFileURL(path('moved')).href;
  const { drift } = await monitor(['--predictions', store, '--since', '2026-05-02']);
  expect(drift).toMatchObject({ rows: 2000, drifted: true });
});

test.each([
  ['bare', [], 4, 'bare 1 has no reference statistics in its model.json'],
  ['odd', [], 4, "the reference statistics of odd 1 can't be read:\nreference.columns.origin.kind:"],
  ['other', [], 4, 'the reference statistics of other 1 have none of its inputs'],
  ['delays@nobody', [], 7, 'nobody'],
  ['delays', ['--predictions', '/nowhere'], 7, 'there are no predictions in /nowhere'],
])('%s with %j is refused', async (model, more, code, message) => {
  const bin = join(WORKSPACE, 'apps/platform/bin/platform.mjs');
  const args = ['monitor', model, '--registry', path('models'), '--predictions', path('same'), ...more];
  const { exitCode, stderr } = await execa(process.execPath, [bin, ...args], { reject: false });
  expect([exitCode, stderr]).toEqual([code, expect.stringContaining(message)]);
});

test('files without an input, of several formats, or that are none are refused', async () => {
  write('lacking/a.jsonl', '{"inputs":{"hour":1},"x":1}\n{"origin":"a"}\n');
  write('lacking-flat/a.csv', 'origin\nLAX\n');
  write('several/a.csv', 'origin\nLAX\n');
  write('several/b.parquet', 'x');
  write('broken/b.parquet', 'x');
  expect(await monitor(['--predictions', path('lacking-flat')])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining('lacks inputs of delays: hour/local\nhint:  there are origin'),
  });
  expect((await monitor(['--predictions', path('several')])).stderr).toContain(
    'has files of several formats: a.csv, b.parquet',
  );
  expect(await monitor(['--predictions', path('broken')])).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("can't be read"),
  });
});

test('a stack gets the highest index as its metric, where there is one', async () => {
  const bodies: unknown[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await json(request));
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end('{}');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const env = {
    AWS_ENDPOINT_URL_CLOUDWATCH: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: 'x',
    AWS_SECRET_ACCESS_KEY: 'y',
  };
  const publish = ['--publish', 'cloudwatch', '--stack', 'acme-dev'];
  const { exitCode, drift } = await monitor(['--predictions', path('moved'), ...publish], env);
  await monitor(['--predictions', path('moved'), '--min-rows', '9999', ...publish], env);
  server.close();
  expect(exitCode).toBe(8);
  const datum = { MetricName: 'drift', Dimensions: [{ Name: 'stack', Value: 'acme-dev' }], Value: drift.highest };
  expect(bodies).toEqual([{ Namespace: 'ml-platform', MetricData: [datum] }]);
  const refused = await monitor(['--predictions', path('moved'), ...publish], { ...env, AWS_MAX_ATTEMPTS: '1' });
  expect([refused.exitCode, refused.stderr]).toEqual([
    5,
    expect.stringContaining('CloudWatch takes no metric of acme-dev'),
  ]);
});
