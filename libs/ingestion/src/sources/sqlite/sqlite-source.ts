import { existsSync } from 'node:fs';
import { type ErrorCode, messageOf, PlatformError } from '@ml-platform/errors';
import type { Source } from '../../source.ts';
import { type SqlSourceOptions, sqlSource } from '../sql/sql-source.ts';
import type { SqlClient, SqlValue } from '../sql/sql-client.ts';

export interface SqliteSourceOptions extends SqlSourceOptions {
  /** A database of this machine. */
  readonly file: string;
}

const CHUNK = 1000;

/**
 * Rows of a table of SQLite, by Node's own client, as of one moment. One process writes at a time, so that nothing is read
 * again unless `lookback` says so.
 *
 * @example
 * ```ts
 * sqliteSource({ file: 'shop.db', table: 'orders' });
 * ```
 */
export function sqliteSource({ file, lookback = 0, ...options }: SqliteSourceOptions): Source {
  return sqlSource('sqlite', { ...options, lookback, quote }, () => connect(file));
}

async function connect(file: string): Promise<SqlClient> {
  if (!existsSync(file)) {
    throw new PlatformError(`there is no database ${file}`, {
      code: 'notFound',
      hint: 'name the file of a database of SQLite',
    });
  }
  const { DatabaseSync } = await import('node:sqlite');
  const database = told(file, () => new DatabaseSync(file, { readOnly: true, timeout: 5000 }));
  return {
    // The reading begins with the first row, and lasts until the end.
    snapshot: async () => told(file, () => database.exec('BEGIN; SELECT count(*) FROM sqlite_schema')),
    columns: async (from) =>
      told(file, () =>
        database
          .prepare(`SELECT * FROM ${from} LIMIT 0`)
          .columns()
          .map(({ name }) => name),
      ),
    rows: async function* (sql, values) {
      const statement = told(file, () => database.prepare(sql));
      statement.setReadBigInts(true);
      statement.setReturnArrays(true);
      const rows = statement.iterate(...(values as SqlValue[])) as Iterator<unknown>;
      for (;;) {
        const chunk = told(file, () => next(rows));
        if (chunk.length === 0) return;
        yield chunk;
      }
    },
    name: quote,
    place: () => '?',
    [Symbol.asyncDispose]: async () => database.close(),
  };
}

function next(rows: Iterator<unknown>): SqlValue[][] {
  const chunk: SqlValue[][] = [];
  while (chunk.length < CHUNK) {
    const { done, value } = rows.next();
    if (done) break;
    chunk.push(value as SqlValue[]);
  }
  return chunk;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function told<Result>(file: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    const said = messageOf(thrown);
    const [, code, hint] = SAID.find(([sign]) => sign.test(said)) ?? DAMAGED;
    throw new PlatformError(`${file}: ${said}`, { code, hint, cause: thrown });
  }
}

const SAID: readonly (readonly [RegExp, ErrorCode, string])[] = [
  [/no such (table|column)/, 'notFound', 'look which tables and columns there are: sqlite3 FILE .schema'],
  [/syntax error|incomplete input/, 'config', 'expected SQL of SQLite'],
  [/locked/, 'busy', 'another process writes there: try again when it is done'],
];
const DAMAGED = [/./, 'data', 'restore the file from a copy, or name another one'] as const;
