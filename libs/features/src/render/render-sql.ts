import { fileURLToPath } from 'node:url';
import { spawn } from 'node:child_process';
import { messageOf, PlatformError } from '@ml-platform/errors';
import { badSet, type FeatureSetSpec } from '../definition/feature-set.ts';
import { microsecondsOfTime } from '../definition/times.ts';
import { featureQuery } from '../query/feature-query.ts';
import { planOf } from '../query/plan.ts';

/** Engines that a set's SQL can be said in. */
export const DIALECTS = ['duckdb', 'bigquery', 'athena', 'spark'] as const;
export type Dialect = (typeof DIALECTS)[number];

export interface RenderOptions {
  /** The table of events, by its name there: `raw.flights`. */
  readonly source: string;
  /** Rows from one time to before another, in UTC; all unless given. */
  readonly span?: { readonly from: string; readonly until: string };
  readonly log?: (message: string) => void;
}

const REQUIREMENTS = fileURLToPath(new URL('./requirements.txt', import.meta.url));
const SCRIPT = fileURLToPath(new URL('./render_sql.py', import.meta.url));

/**
 * The query that builds a set's table, in the words of another engine: for BigQuery, Athena or Spark, which hold more than
 * one machine does. Expressions are translated by sqlglot, in a Python environment that is made on first use.
 *
 * @throws PlatformError `config` for what another engine has no equal of, `environment` without Python.
 */
export async function renderSql(
  set: FeatureSetSpec,
  dialect: Dialect,
  { source, span, log }: RenderOptions,
): Promise<string> {
  if (!DIALECTS.includes(dialect)) {
    throw new PlatformError(`there is no dialect '${dialect}'`, { code: 'usage', hint: DIALECTS.join(', ') });
  }
  const rows = span && {
    from: microsecondsOfTime(span.from, 'span.from'),
    until: microsecondsOfTime(span.until, 'span.until'),
  };
  const sql = featureQuery(await planOf(set), source, rows);
  if (dialect === 'duckdb') return sql;
  const { pythonEnvironment } = await import('@ml-platform/pipeline');
  const python = await pythonEnvironment(REQUIREMENTS, log ? { log } : {});
  const { sql: translated, problem } = JSON.parse(await answerOf(python, JSON.stringify({ sql, dialect }))) as Answer;
  if (translated !== undefined) return `${translated}\n`;
  throw badSet(set, `${dialect} has no words for it: ${problem}`);
}

interface Answer {
  readonly sql?: string;
  readonly problem?: string;
}

function answerOf(python: string, asked: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string) =>
      reject(new PlatformError(`sqlglot fails: ${problem}`, { code: 'environment', hint: `see ${SCRIPT}` }));
    const child = spawn(python, [SCRIPT], { stdio: ['pipe', 'pipe', 'pipe'] });
    const said = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      said.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said.err += text;
    });
    child.on('error', (error) => fail(messageOf(error)));
    child.on('close', (code) => (code === 0 ? resolve(said.out) : fail(said.err.trim().split('\n').at(-1) ?? '')));
    child.stdin.end(asked);
  });
}
