import type { Client, CustomTypesConfig } from 'pg';
import type { Source } from '../../source.ts';
import { type SqlSourceOptions, sqlSource } from '../sql/sql-source.ts';
import type { SqlClient, SqlValue } from '../sql/sql-client.ts';
import { serverUrl } from '../sql/server-url.ts';
import { postgresError } from './postgres-error.ts';

export interface PostgresSourceOptions extends SqlSourceOptions {
  /** `postgres://user:password@host:5432/database`; from the environment, not from the code. */
  readonly url: string | undefined;
}

const CHUNK = 5000;
const CONNECT_MILLISECONDS = 15_000;
const LOOKBACK_MILLISECONDS = 60_000;
const BYTEA = 17;

/**
 * Rows of a table or a query of PostgreSQL, as of one moment (a repeatable read), by a cursor of the server's: memory here is
 * constant. The last minute is read again by each run unless `lookback` says otherwise.
 *
 * @example
 * ```ts
 * postgresSource({ url: process.env.SHOP_URL, table: 'sales.orders', lookback: 15 * 60_000 });
 * ```
 *
 * @throws PlatformError `usage` without a URL of PostgreSQL's.
 */
export function postgresSource({ url, lookback = LOOKBACK_MILLISECONDS, ...options }: PostgresSourceOptions): Source {
  const { href, where } = serverUrl(url, ['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/database');
  return sqlSource('postgres', { ...options, lookback, quote }, (name) =>
    connect(href, (thrown) => postgresError(name, where, thrown)),
  );
}

/** All values come as the texts that PostgreSQL writes: none is rounded on its way. */
const TEXTS: CustomTypesConfig = {
  getTypeParser: (type: number) => (text: string) => (type === BYTEA ? Buffer.from(text.slice(2), 'hex') : text),
};

async function connect(url: string, told: (thrown: unknown) => unknown): Promise<SqlClient> {
  const [{ Client }, { default: Cursor }] = await Promise.all([import('pg'), import('pg-cursor')]);
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_MILLISECONDS,
    keepAlive: true,
    types: TEXTS,
    fallback_application_name: 'ingestion',
  });
  const broken = brokenConnection(client);
  const explained = async <Result>(work: () => Promise<Result>) => {
    try {
      return await Promise.race([work(), broken]);
    } catch (thrown) {
      throw told(thrown);
    }
  };
  await explained(() => client.connect());
  return {
    snapshot: () => explained(() => begin(client)),
    columns: (from) =>
      explained(async () => (await client.query(`SELECT * FROM ${from} LIMIT 0`)).fields.map(({ name }) => name)),
    rows: async function* (sql, values) {
      const cursor = client.query(new Cursor<SqlValue[]>(sql, [...values], { rowMode: 'array', types: TEXTS }));
      try {
        for (;;) {
          const rows = await explained(() => cursor.read(CHUNK));
          if (rows.length === 0) return;
          yield rows;
        }
      } finally {
        await Promise.race([cursor.close(), broken]).catch(() => undefined);
      }
    },
    name: quote,
    place: (index) => `$${index}`,
    [Symbol.asyncDispose]: () => client.end().catch(() => undefined),
  };
}

/** A cursor says nothing where its connection breaks; the client does. */
function brokenConnection(client: Client): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  client.on('error', reject);
  client.on('end', () => reject(new Error('Connection terminated')));
  promise.catch(() => undefined);
  return promise;
}

/** Between two chunks a part is written, which may take longer than a server is patient with. */
async function begin(client: Client): Promise<void> {
  await client.query('SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0');
  await client.query(
    "SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET IntervalStyle = 'postgres'; SET bytea_output = 'hex'",
  );
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
