import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import type { ReadRequest, SourceEnd, SourcePart } from '../../source.ts';
import { isMoment } from '../../table/column-type.ts';
import type { Table } from '../../table/define-table.ts';
import { isObsoleteSnapshot, positionOf, snapshotStart } from '../snapshot-parts.ts';
import {
  behindRow,
  type Condition,
  compared,
  isNothing,
  isSomething,
  kept,
  keptValue,
  less,
  restored,
  textOf,
  whereOf,
} from './bounds.ts';
import { Cut } from './cut.ts';
import { writtenAs } from './moment-text.ts';
import type { SqlClient, SqlValue } from './sql-client.ts';

export interface TableReading {
  /** SQL to select from. */
  readonly from: string;
  /** For messages. */
  readonly name: string;
  readonly rowsPerPart: number;
  /** So much of the watermark is read again at the begin of each run: milliseconds where it is a moment, else a number. */
  readonly lookback: number;
}

const behind = z.object({
  /** Watermark and key of the last row that is written. */
  after: z.array(keptValue).min(1),
  /** The greatest watermark that there was when this reading began. */
  seen: keptValue,
  /** Whether this reading has not come to its end. */
  open: z.boolean(),
});

type Behind = z.infer<typeof behind>;

const whole = z.object({ reading: z.number(), open: z.boolean() });

/** Reads what is new in a table, by watermark and key; without a watermark all of it, in place of what was read before. */
export async function* readTable(
  client: SqlClient,
  reading: TableReading,
  request: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const { table } = request;
  await client.snapshot();
  const found = await client.columns(reading.from);
  checkColumns(table, found, reading.name);
  const extra = found.filter((name) => table.columns[name] === undefined);
  const steps = table.watermark === undefined ? readAll : readBehind;
  for await (const step of steps(client, reading, request)) yield 'rows' in step ? { ...step, extra } : step;
}

function checkColumns({ columns }: Table, found: readonly string[], name: string): void {
  const missing = Object.entries(columns).filter(([column]) => !found.includes(column));
  if (missing.length === 0) return;
  const declared = missing.map(([column, type]) => `${column} (${type})`).join(', ');
  throw new PlatformError(`${name}: there is no column ${declared}; there are ${found.join(', ')}`, {
    code: 'data',
    hint: 'nothing was written: ask the owner of the source, or change the columns of the table',
  });
}

async function* readAll(
  client: SqlClient,
  { from, name, rowsPerPart }: TableReading,
  { table, position }: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const { reading: last = 0, open = false } = positionOf(whole, position, name) ?? {};
  const reading = open ? last : last + 1;
  const columns = Object.keys(table.columns);
  const rows = new Cut(client.rows(`${selectOf(client, columns, from)}${orderOf(client, table.key)}`, []), columns);
  let index = 0;
  for (; index === 0 || (await rows.hasMore()); index++) {
    const start = snapshotStart(reading, index);
    yield { start, rows: rows.take(rowsPerPart), next: () => ({ reading, open: true }) };
  }
  yield { next: () => ({ reading, open: false }), obsolete: isObsoleteSnapshot(reading, index) };
}

async function* readBehind(
  client: SqlClient,
  { from, name, rowsPerPart, lookback }: TableReading,
  { table, position, notAfter }: ReadRequest,
): AsyncIterable<SourcePart | SourceEnd> {
  const columns = Object.keys(table.columns);
  const order = orderColumns(table);
  const begun = positionOf(behind, position, name);
  checkOrder(begun, order, name);
  const limit = await limitOf(client, from, table, notAfter);
  yield await strays(client, { from, order, limit }, columns, begun);
  const seen = begun?.open ? begun.seen : await highest(client, from, order[0], limit);
  if (seen === undefined) return;
  const bound = begun === undefined ? { start: 'begin' } : lowerBound(client, begun, order, { table, lookback });
  const inTime = limit && compared(client, limit.column, '<=', limit.value);
  const where = whereOf(
    client,
    [inTime, bound.condition, ...order.map((column) => isSomething(client, column))],
    'AND',
  );
  const query = `${selectOf(client, columns, from)}${where.sql}${orderOf(client, order)}`;
  const rows = new Cut(client.rows(query, where.values), columns);
  let after = begun?.after;
  for (let start = bound.start; await rows.hasMore(); start = (after ?? []).map(textOf).join(' ')) {
    const next = () => ({ after: rows.lastOf(order).map(kept), seen, open: true });
    yield { start, rows: rows.take(rowsPerPart), next };
    after = next().after;
  }
  if (after === undefined) return;
  const last = after;
  yield { next: () => ({ after: last, seen, open: false }) };
}

/** The watermark, and then the key: rows with an equal watermark have an order too. */
function orderColumns({ watermark = '', key }: Table): [string, ...string[]] {
  return [watermark, ...key.filter((name) => name !== watermark)];
}

function checkOrder(begun: Behind | undefined, order: readonly string[], name: string): void {
  if (begun === undefined || begun.after.length === order.length) return;
  throw new PlatformError(
    `${name} was read in an order of ${begun.after.length} columns, and now by ${order.join(', ')}`,
    {
      code: 'config',
      hint: 'keep watermark and key as they were, or name another dataset to read everything anew',
    },
  );
}

interface Limit {
  readonly column: string;
  readonly value: string;
}

/** No moment from the future is passed by; it is written as the column's own are. */
async function limitOf(client: SqlClient, from: string, table: Table, notAfter: Date): Promise<Limit | undefined> {
  const { watermark: column = '' } = table;
  if (!isMoment(table.columns[column] ?? 'VARCHAR')) return undefined;
  const last = await single(client, `SELECT max(${client.name(column)}) FROM ${from}`, []);
  return typeof last === 'string' ? { column, value: writtenAs(notAfter, last) } : undefined;
}

/**
 * Rows that no order has a place for: without a watermark or a key, or from the future. They are read with every run, and
 * are in quarantine until they are mended.
 */
async function strays(
  client: SqlClient,
  { from, order, limit }: { from: string; order: readonly string[]; limit: Limit | undefined },
  columns: readonly string[],
  begun: Behind | undefined,
): Promise<SourcePart> {
  const late = limit && compared(client, limit.column, '>', limit.value);
  const where = whereOf(client, [...order.map((name) => isNothing(client, name)), late], 'OR');
  const rows = new Cut(client.rows(`${selectOf(client, columns, from)}${where.sql}`, where.values), columns);
  return { start: 'strays', rows: rows.take(Number.POSITIVE_INFINITY), next: () => begun, drift: 'quarantine' };
}

async function highest(client: SqlClient, from: string, column: string, limit: Limit | undefined) {
  const where = whereOf(client, [limit && compared(client, column, '<=', limit.value)], 'AND');
  const found = await single(client, `SELECT max(${client.name(column)}) FROM ${from}${where.sql}`, where.values);
  return found === null ? undefined : kept(found);
}

/**
 * A reading that was broken off goes on behind its last row. A new one looks back: what was written but not committed when
 * the one before began has a watermark below what that one saw.
 */
function lowerBound(
  client: SqlClient,
  { after, seen, open }: Behind,
  order: readonly [string, ...string[]],
  { table, lookback }: { table: Table; lookback: number },
): { start: string; condition?: Condition } {
  const isAtSeen = lookback === 0 && textOf(seen) === textOf(after[0] ?? '');
  if (open || isAtSeen) {
    return { start: after.map(textOf).join(' '), condition: behindRow(client, order, after.map(restored)) };
  }
  const lower = less(restored(seen), lookback, isMoment(table.columns[order[0]] ?? 'VARCHAR'));
  return { start: `since ${lower}`, condition: compared(client, order[0], '>=', lower) };
}

async function single(client: SqlClient, sql: string, values: readonly SqlValue[]): Promise<SqlValue> {
  let found: SqlValue = null;
  for await (const [row] of client.rows(sql, values)) found = row?.[0] ?? found;
  return found;
}

function selectOf(client: SqlClient, columns: readonly string[], from: string): string {
  return `SELECT ${columns.map((name) => client.name(name)).join(', ')} FROM ${from}`;
}

function orderOf(client: SqlClient, columns: readonly string[]): string {
  return columns.length === 0 ? '' : ` ORDER BY ${columns.map((name) => client.name(name)).join(', ')}`;
}
