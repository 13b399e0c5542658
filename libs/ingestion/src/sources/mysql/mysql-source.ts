import type { Connection, TypeCast } from 'mysql2';
import type { Source } from '../../source.ts';
import { serverUrl } from '../sql/server-url.ts';
import type { SqlClient, SqlValue } from '../sql/sql-client.ts';
import { type SqlSourceOptions, sqlSource } from '../sql/sql-source.ts';
import { mysqlError } from './mysql-error.ts';

export interface MysqlSourceOptions extends SqlSourceOptions {
  /** `mysql://user:password@host:3306/database`; from the environment, not from the code. */
  readonly url: string | undefined;
}

const CHUNK = 5000;
const CONNECT_MILLISECONDS = 15_000;
const LOOKBACK_MILLISECONDS = 60_000;
/** The server waits so long for a part to be written before it gives a reading up; its own default is a minute. */
const WRITE_SECONDS = 3600;

/**
 * Rows of a table or a query of MySQL or MariaDB, as of one moment (a consistent snapshot of InnoDB's tables), as the server
 * sends them: memory here is constant. The last minute is read again by each run unless `lookback` says otherwise.
 *
 * @example
 * ```ts
 * mysqlSource({ url: process.env.SHOP_URL, table: 'orders' });
 * ```
 *
 * @throws PlatformError `usage` without a URL of MySQL's.
 */
export function mysqlSource({ url, lookback = LOOKBACK_MILLISECONDS, ...options }: MysqlSourceOptions): Source {
  const { href, where } = serverUrl(url, ['mysql:', 'mariadb:'], 'mysql://user:password@host:3306/database');
  return sqlSource('mysql', { ...options, lookback, quote }, (name) =>
    connect(href.replace(/^mariadb:/, 'mysql:'), (thrown) => mysqlError(name, where, thrown)),
  );
}

/** Whole numbers keep all their digits, and are compared as numbers. */
const typeCast: TypeCast = (field, next) => {
  if (field.type !== 'LONGLONG') return next();
  const text = field.string();
  return text === null ? null : BigInt(text);
};

async function connect(uri: string, told: (thrown: unknown) => unknown): Promise<SqlClient> {
  const { createConnection } = await import('mysql2');
  const texts = { dateStrings: true, jsonStrings: true, supportBigNumbers: true, bigNumberStrings: true };
  const connection = createConnection({ uri, ...texts, typeCast, connectTimeout: CONNECT_MILLISECONDS, timezone: 'Z' });
  const broken = brokenConnection(connection);
  return {
    snapshot: async () => {
      const settings = `SET SESSION time_zone = '+00:00', net_write_timeout = ${WRITE_SECONDS}`;
      for (const sql of [
        settings,
        'SET TRANSACTION ISOLATION LEVEL REPEATABLE READ',
        'START TRANSACTION WITH CONSISTENT SNAPSHOT',
      ]) {
        await queried(connection, sql, told);
      }
    },
    columns: (from) => queried(connection, `SELECT * FROM ${from} LIMIT 0`, told),
    rows: async function* (sql, values) {
      const rows = connection.query({ sql, values: [...values], rowsAsArray: true }).stream({ highWaterMark: CHUNK });
      try {
        yield* inChunks(rows, broken);
      } catch (thrown) {
        throw told(thrown);
      }
    },
    name: quote,
    place: () => '?',
    // What is being read is not read to its end.
    [Symbol.asyncDispose]: async () => connection.destroy(),
  };
}

/** Answers the names of the columns. */
function queried(connection: Connection, sql: string, told: (thrown: unknown) => unknown): Promise<string[]> {
  return new Promise((resolve, reject) => {
    connection.query(sql, (error, _rows, fields) => {
      if (error) reject(told(error));
      else resolve((fields ?? []).map(({ name }) => name));
    });
  });
}

/** A stream of rows that waits says nothing where its connection breaks; the connection does. */
function brokenConnection(connection: Connection): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  connection.on('error', reject);
  connection.on('end', () => reject(new Error('Connection lost')));
  promise.catch(() => undefined);
  return promise;
}

async function* inChunks(rows: AsyncIterable<SqlValue[]>, broken: Promise<never>): AsyncIterable<SqlValue[][]> {
  const each = rows[Symbol.asyncIterator]();
  const next = async () => {
    const chunk: SqlValue[][] = [];
    while (chunk.length < CHUNK) {
      const { done, value } = await each.next();
      if (done) break;
      chunk.push(value);
    }
    return chunk;
  };
  for (;;) {
    const chunk = await Promise.race([next(), broken]);
    if (chunk.length === 0) return;
    yield chunk;
  }
}

function quote(name: string): string {
  return `\`${name.replaceAll('`', '``')}\``;
}
