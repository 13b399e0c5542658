import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { literal } from './duckdb/quote.ts';
import { withDuckDB } from './duckdb/session.ts';
import { queryRows } from './testing/parquet.ts';
import { hasRedis, startRedis } from './testing/redis-server.ts';

const WORKSPACE = fileURLToPath(new URL('../../../', import.meta.url));
const guide = await readFile(join(WORKSPACE, 'docs/features.md'), 'utf8');
const files = [...guide.matchAll(/^`apps\/shop\/(\S+)`:\n\n```ts\n(.*?)^```$/gms)].map(([, path = '', text = '']) => ({
  path,
  text,
}));
/** Those without a name. */
const snippets = [...guide.matchAll(/(?<!`:\n\n)^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);

const PIPELINE = `import { definePipeline, defineStep, parquet } from '@ml-platform/pipeline';
import { features } from './steps/features.ts';
const make = defineStep({
  name: 'make',
  outputs: { orders: parquet(), labels: parquet() },
  run: () => import('./make.run.ts'),
});
export default definePipeline('shop', ({ add }) => {
  const { orders, labels } = add(make);
  add(features, { orders, labels });
});
`;
const MAKE = `import { copyFile } from 'node:fs/promises';
export async function run({ outputs }) {
  await copyFile('data/orders.parquet', outputs.orders);
  await copyFile('data/labels.parquet', outputs.labels);
}
`;
const ORDERS = `
  SELECT (i % 3)::INTEGER AS customer, TIMESTAMP '2026-01-01' + to_minutes(i * 37) AS ordered, (10 + i % 7)::DECIMAL(9,2) AS amount,
    (hash(i) % 3000)::INTEGER AS shipped, hash(i, 1) % 5 = 0 AS late
  FROM range(2000) AS rows(i)`;
const LABELS =
  "SELECT (i % 4)::INTEGER AS customer, TIMESTAMP '2026-01-20' + to_hours(i) AS asked FROM range(100) AS rows(i)";

let project: string;
const at = (path: string) => join(project, path);
beforeAll(async () => {
  project = await realpath(await mkdtemp(join(tmpdir(), 'guide-')));
  const own = {
    'src/pipeline.ts': PIPELINE,
    'src/make.run.ts': MAKE,
    'package.json': '{ "name": "shop", "type": "module" }',
  };
  const all = [...files, ...Object.entries(own).map(([path, text]) => ({ path, text }))];
  for (const { path, text } of all) {
    await mkdir(dirname(at(path)), { recursive: true });
    await writeFile(at(path), text);
  }
  await mkdir(at('data'));
  for (const [name, sql] of Object.entries({ orders: ORDERS, labels: LABELS }))
    await withDuckDB({}, (database) => database.run(`COPY (${sql}) TO ${literal(at(`data/${name}.parquet`))}`));
  await symlink(join(WORKSPACE, 'node_modules'), at('node_modules'));
});
afterAll(() => rm(project, { recursive: true }));

test('the step of the guide runs as it stands there', async () => {
  expect(files).toHaveLength(5);
  const runner = join(WORKSPACE, 'libs/pipeline/bin/run-step.mjs');
  const { all } = await execa(process.execPath, [runner, '--pipeline', at('src/pipeline.ts'), '--all'], {
    cwd: project,
    all: true,
  });
  expect(all).toMatch(/\[features] \d+ rows of 2000 orders\n/);
  const training = literal(at('artifacts/features/training.parquet'));
  const rows = await queryRows(
    `SELECT count(*)::INT AS rows, count(customer_spent_30d)::INT AS known FROM ${training}`,
  );
  expect(rows).toEqual([{ rows: 100, known: 75 }]);
});

test('its test passes, and fails for a set that doesn’t wait', async () => {
  const { customerOrders } = await import(pathToFileURL(at('src/customer-orders.ts')).href);
  const { assertNoSetLeaks } = await import('./index.ts');
  const [, options = ''] = /assertNoSetLeaks\(customerOrders, (\{.*?\})\);/s.exec(guide) ?? [];
  const search = { ...new Function(`return ${options}`)(), source: at('data/orders.parquet') };
  await assertNoSetLeaks(customerOrders, search);
  const { knownAfter: _, ...leaking } = customerOrders;
  await expect(assertNoSetLeaks(leaking, search)).rejects.toThrow(/know the future: \d+ values of up to/);
});

test('its other lines run', async () => {
  const { customerOrders } = await import(pathToFileURL(at('src/customer-orders.ts')).href);
  const { buildFeatures, trainingSet } = await import('./index.ts');
  const table = at('table');
  await buildFeatures(customerOrders, { source: at('data/orders.parquet'), into: table });
  const joins = [{ set: customerOrders, table, prefix: 'customer_' }];
  await trainingSet({ spine: at('data/labels.parquet'), time: 'asked', joins, into: at('training.parquet') });
  expect(snippets).toHaveLength(2);
  for (const [index, text] of snippets.entries()) await writeFile(at(`src/snippet-${index}.ts`), text);
  const run = (index: number) => execa(process.execPath, [at(`src/snippet-${index}.ts`)], { cwd: project });
  await run(0);
  expect(await readFile(at('features.html'), 'utf8')).toContain('<caption id="customer_orders-features">Features of');
  expect((await run(1)).stdout).toMatch(/^WITH source_rows AS \(\n.*FROM lake\.orders\n/s);
});

test.skipIf(!(await hasRedis()))('what it writes online it reads', async () => {
  const redis = await startRedis();
  try {
    const { writeAndRead } = await import(pathToFileURL(at('src/online.ts')).href);
    expect(await writeAndRead(redis.url, at('table'), 1)).toEqual({
      ...{ asOf: expect.stringMatching(/^2026-02-2\d/), entities: 3, equal: 3, different: 0 },
      spent: expect.any(Number),
    });
  } finally {
    await redis.stop();
  }
});
