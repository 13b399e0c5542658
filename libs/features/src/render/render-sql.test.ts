import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { expect, test } from 'vitest';
import { defineFeatureSet } from '../definition/feature-set.ts';
import { shopVisits, shopVisitsByHalfHour } from '../testing/shop-visits.ts';
import { DIALECTS, type Dialect, renderSql } from './render-sql.ts';

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
/** Prints the names of what a query gives, as sqlglot reads that dialect. */
const COLUMNS = `
import sqlglot, sys
tree = sqlglot.parse_one(sys.argv[1], read=sys.argv[2], error_level=sqlglot.ErrorLevel.RAISE)
print(" ".join(tree.named_selects))
`;

async function columnsOf(sql: string, dialect: Dialect): Promise<string[]> {
  const python = await pythonEnvironment(REQUIREMENTS);
  const { stdout } = await promisify(execFile)(python, ['-c', COLUMNS, sql, dialect]);
  return stdout.trim().split(' ');
}

const NAMES = ['shop', 'customer', 'feature_time', 'event_time', ...Object.keys(shopVisits.features)];

test.each(DIALECTS)('a set in the words of %s, which reads them', async (dialect) => {
  for (const set of [shopVisits, shopVisitsByHalfHour]) {
    const sql = await renderSql(set, dialect, { source: 'visits' });
    expect(await columnsOf(sql, dialect)).toEqual(NAMES);
    expect(sql).toMatch(/FROM visits\b/);
  }
});

test('rows of a span, of events that its windows reach', async () => {
  const span = { from: '2026-01-31', until: '2026-02-01T12:00:00Z' };
  const sql = await renderSql(shopVisits, 'spark', { source: 'raw.visits', span });
  const [from, until] = [Date.UTC(2026, 0, 31), Date.UTC(2026, 1, 1, 12)].map((time) => time * 1000);
  expect(sql).toContain(`rolled.at__ >= ${from} AND rolled.at__ < ${until}`);
  // The longest window has three hours.
  expect(sql).toContain(`at__ >= ${(from ?? 0) - 3 * 3_600_000_000} AND at__ < ${until}`);
  expect(sql).toContain('FROM raw.visits');
});

test('expressions are translated, not pasted', async () => {
  const set = defineFeatureSet({
    name: 'translated',
    description: 'x',
    entity: { name: 'x', key: { id: 'INTEGER' } },
    columns: { id: 'INTEGER', day: 'DATE', what: 'VARCHAR' },
    timestamp: 'day',
    ttl: '1 day',
    features: {
      number: { latest: "TRY_CAST(regexp_extract(what, '[0-9]+') AS INTEGER)", type: 'INTEGER', description: 'x' },
    },
  });
  const rendered = await Promise.all(DIALECTS.map((dialect) => renderSql(set, dialect, { source: 'visits' })));
  expect(rendered[1]).toMatch(/SAFE_CAST\(REGEXP_EXTRACT\(what, '\[0-9]\+'\) AS INT64\)/);
  expect(rendered[2]).toMatch(/TRY_CAST\(REGEXP_EXTRACT\(what, '\[0-9]\+'\) AS INTEGER\)/);
  expect(rendered[3]).toMatch(/TRY_CAST\(REGEXP_EXTRACT\(what, '\[0-9]\+', 0\) AS INT\)/);
});

test('what another engine has no words for is said', async () => {
  const set = defineFeatureSet({
    ...shopVisits,
    features: { odd: { latest: "regexp_extract(mood, 'x', 0, 'i')", type: 'VARCHAR', description: 'x' } },
  });
  await expect(renderSql(set, 'athena', { source: 'visits' })).rejects.toMatchObject({
    code: 'config',
    message: expect.stringMatching(/^feature set shop_visits: athena has no words for it: Argument 'parameters' /),
  });
  await expect(renderSql(shopVisits, 'oracle' as Dialect, { source: 'visits' })).rejects.toMatchObject({
    code: 'usage',
    hint: 'duckdb, bigquery, athena, spark',
  });
});
