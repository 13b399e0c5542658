import { fileURLToPath } from 'node:url';
import { pythonEnvironment } from '@ml-platform/pipeline';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import { buildFeatures } from '../build/build-features.ts';
import { literal } from '../duckdb/quote.ts';
import { withDuckDB } from '../duckdb/session.ts';
import { hasJavaParsers, parse } from '../testing/java-parsers.ts';
import { countOf, inFolder, queryRows } from '../testing/parquet.ts';
import { shopVisits, shopVisitsByHalfHour } from '../testing/shop-visits.ts';
import { renderSql } from './render-sql.ts';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const SETS = [shopVisits, shopVisitsByHalfHour];
const MINUTES = 60_000;

/** Visits with whatever can be missing missing, over four months, some before 1970. */
const VISITS = `
  SELECT 'shop ' || (hash(i) % 5) AS shop, (hash(i, 1) % 7)::INTEGER AS customer,
    TIMESTAMP '1969-11-15' + to_microseconds((hash(i, 2) % 10368000000000)::BIGINT) AS entered,
    CASE WHEN i % 11 > 0 THEN (hash(i, 3) % 50)::INTEGER END AS minutes,
    CASE WHEN i % 7 > 0 THEN ((hash(i, 4) % 10000)::INTEGER / 100)::DECIMAL(9,2) END AS spent,
    CASE WHEN i % 5 > 0 THEN hash(i, 5) % 3 = 0 END AS bought,
    ['Merry', 'angry', NULL, 'Zén'][1 + (hash(i, 6) % 4)::INTEGER] AS mood
  FROM range(20000) AS rows(i)`;

test(
  'Spark makes the same table, every value the very same',
  async () => {
    await inFolder(async (file) => {
      const events = file('visits.parquet');
      await withDuckDB({}, (database) => database.run(`COPY (${VISITS}) TO ${literal(events)} (FORMAT parquet)`));
      const asked = [];
      for (const set of SETS) {
        const span = { from: '1969-11-01', until: '1970-04-01' };
        const sql = await renderSql(set, 'spark', { source: 'visits', span });
        asked.push({ events, table: 'visits', sql, into: file(`spark-${set.name}`) });
        await buildFeatures(set, { source: events, into: file(set.name), until: span.until });
      }
      const python = await pythonEnvironment(at('../testing/requirements.txt'));
      await execa(python, [at('../testing/run_spark.py')], { input: JSON.stringify(asked) });
      for (const { name } of SETS) {
        const [ours, theirs] = [
          `FROM ${literal(file(`${name}/*.parquet`))}`,
          `FROM ${literal(file(`spark-${name}/*.parquet`))}`,
        ];
        const types = (from: string) => queryRows(`SELECT column_name, column_type FROM (DESCRIBE ${from})`);
        expect(await types(theirs)).toEqual(await types(ours));
        expect(await countOf(ours)).toBeGreaterThan(20_000);
        expect(await countOf(theirs)).toBe(await countOf(ours));
        expect(await countOf(`${ours} EXCEPT ALL ${theirs}`)).toBe(0);
      }
    });
  },
  10 * MINUTES,
);

describe.skipIf(!(await hasJavaParsers()))('parsers of the engines themselves', () => {
  const columns = { shop: 'STRING', customer: 'INT64', entered: 'TIMESTAMP', minutes: 'INT64', spent: 'NUMERIC' };
  const table = Object.entries({ ...columns, bought: 'BOOL', mood: 'STRING' }).flat();

  test.each(SETS)(
    'GoogleSQL finds every name, function and type of $name',
    async (set) => {
      const sql = await renderSql(set, 'bigquery', { source: 'visits' });
      expect((await parse('ParseGoogle', sql, 'visits', ...table)).split('\n')).toEqual([
        ...['shop STRING', 'customer INT64', 'feature_time DATETIME', 'event_time DATETIME', 'visits_1h INT64'],
        ...['rated_1h INT64', 'spent_3h DOUBLE', 'bought_1h DOUBLE', 'bought_3h DOUBLE', 'shortest_3h INT64'],
        ...['best_mood_1h STRING', 'mood STRING', 'change DOUBLE'],
      ]);
      await expect(parse('ParseGoogle', sql.replaceAll('minutes', 'hours'), 'visits', ...table)).rejects.toThrow(
        'Unrecognized name: hours',
      );
    },
    5 * MINUTES,
  );

  test.each(SETS)(
    'Trino, which Athena is made of, parses $name',
    async (set) => {
      const sql = await renderSql(set, 'athena', { source: 'visits' });
      expect(await parse('ParseTrino', sql)).toBe('Query');
      await expect(parse('ParseTrino', `${sql} x y`)).rejects.toThrow("mismatched input 'y'");
    },
    5 * MINUTES,
  );
});
