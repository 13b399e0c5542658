import { z } from 'zod';
import { earlier } from './moment-text.ts';
import type { SqlClient, SqlValue } from './sql-client.ts';

/** SQL of a condition; each value that stands in it is given to `bind`, which answers its place. */
export type Condition = (bind: (value: SqlValue) => string) => string;

/** A value as it is kept in a position: whole numbers keep all their digits. */
export const keptValue = z.union([z.string(), z.number(), z.object({ integer: z.string() })]);

export type KeptValue = z.infer<typeof keptValue>;

export function kept(value: SqlValue): KeptValue {
  if (typeof value === 'bigint') return { integer: value.toString() };
  if (typeof value === 'string' || typeof value === 'number') return value;
  throw new TypeError(`${value === null ? 'nothing' : 'bytes'} can't be a watermark or a key`);
}

export function restored(value: KeptValue): SqlValue {
  return typeof value === 'object' ? BigInt(value.integer) : value;
}

export function textOf(value: KeptValue): string {
  return typeof value === 'object' ? value.integer : String(value);
}

/** Rows behind one, in the order of some columns: the first of them tells, and where it is equal the next. */
export function behindRow(client: SqlClient, order: readonly string[], row: readonly SqlValue[]): Condition {
  return (bind) => {
    const nested = (index: number): string => {
      const name = client.name(order[index] ?? '');
      const place = () => bind(row[index] ?? null);
      if (index === order.length - 1) return `${name} > ${place()}`;
      return `${name} >= ${place()} AND (${name} > ${place()} OR (${nested(index + 1)}))`;
    };
    return nested(0);
  };
}

export function compared(client: SqlClient, column: string, operator: '<=' | '>' | '>=', value: SqlValue): Condition {
  return (bind) => `${client.name(column)} ${operator} ${bind(value)}`;
}

export function isNothing(client: SqlClient, column: string): Condition {
  return () => `${client.name(column)} IS NULL`;
}

export function isSomething(client: SqlClient, column: string): Condition {
  return () => `${client.name(column)} IS NOT NULL`;
}

/** A value less so many milliseconds, where it is a moment, or less a number; itself, where it is neither. */
export function less(value: SqlValue, lookback: number, isMoment: boolean): SqlValue {
  if (lookback === 0 || value === null) return value;
  if (isMoment && typeof value === 'string') return earlier(value, lookback) ?? value;
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return String(BigInt(value) - BigInt(Math.ceil(lookback)));
  if (typeof value === 'string' && /^-?\d+\.\d+$/.test(value)) return String(Number(value) - lookback);
  if (typeof value === 'bigint') return value - BigInt(Math.ceil(lookback));
  return typeof value === 'number' ? value - lookback : value;
}

/** A WHERE of conditions, and its values in the order of their places. */
export function whereOf(
  client: SqlClient,
  conditions: readonly (Condition | undefined)[],
  joined: 'AND' | 'OR',
): { sql: string; values: SqlValue[] } {
  const values: SqlValue[] = [];
  const bind = (value: SqlValue) => client.place(values.push(value));
  const parts = conditions.filter((condition) => condition !== undefined).map((condition) => `(${condition(bind)})`);
  return { sql: parts.length === 0 ? '' : ` WHERE ${parts.join(` ${joined} `)}`, values };
}
