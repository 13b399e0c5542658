import { createHash } from 'node:crypto';
import { PlatformError } from '@ml-platform/errors';
import type { Source } from '../../source.ts';
import { readTable } from './read-table.ts';
import type { SqlClient } from './sql-client.ts';

export interface SqlSourceOptions {
  /** A table or a view, with its schema where that isn't the usual one: `sales.orders`. */
  readonly table?: string;
  /** A SELECT, in place of a table. */
  readonly query?: string;
  /** Rows of one part; 100 000 unless given. */
  readonly rowsPerPart?: number;
  /**
   * So much of the watermark is read again at the begin of each run, for rows that were written before it and committed
   * after: milliseconds where the watermark is a moment, else a number. Longer than any transaction takes that writes.
   */
  readonly lookback?: number;
}

const ROWS_PER_PART = 100_000;

/** A source of what `connect` opens; opened for each reading. */
export function sqlSource(
  kind: string,
  options: SqlSourceOptions & { readonly lookback: number; readonly quote: (name: string) => string },
  connect: (name: string) => Promise<SqlClient>,
): Source {
  const { table, query, rowsPerPart = ROWS_PER_PART, lookback, quote } = options;
  if ((table === undefined) === (query === undefined)) throw refuse(`${kind}: either a table or a query is read`);
  if (!Number.isInteger(rowsPerPart) || rowsPerPart < 1) throw refuse(`${kind}: rowsPerPart is ${rowsPerPart}`);
  if (!(lookback >= 0)) throw refuse(`${kind}: lookback is ${lookback}`);
  const from = table === undefined ? `(${query}) AS source` : table.split('.').map(quote).join('.');
  const name = `${kind} ${
    table ??
    `query ${createHash('sha256')
      .update(query ?? '')
      .digest('hex')
      .slice(0, 12)}`
  }`;
  return {
    name,
    read: async function* (request) {
      await using client = await connect(name);
      yield* readTable(client, { from, name, rowsPerPart, lookback }, request);
    },
  };
}

function refuse(message: string): PlatformError {
  return new PlatformError(message, {
    code: 'usage',
    hint: "expected { table: 'orders' } or { query: 'SELECT …' }, whole rowsPerPart and a lookback of 0 or more",
  });
}
