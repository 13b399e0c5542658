import { PlatformError, suggest } from '@ml-platform/errors';
import { type Columns, isColumnType, isNullable, SCALAR_TYPES, type ValueOf } from './column-type.ts';

export interface TableDefinition<C extends Columns> {
  /** DuckDB types by column, in the order in which they are written; `'VARCHAR?'` may be null. */
  readonly columns: C;
  /** What tells rows apart: two rows with an equal key are two states of one thing. */
  readonly key?: readonly (string & keyof C)[];
  /** The column that grows with every change of a row: what a run continues behind, and which of two states is newer. */
  readonly watermark?: string & keyof C;
  /** SQL conditions over the columns, by name. One that is false sends the row to quarantine; one that is null doesn't. */
  readonly checks?: Readonly<Record<string, string>>;
}

/** What rows are declared to be; made by `defineTable`. */
export interface Table<C extends Columns = Columns> {
  readonly columns: C;
  readonly key: readonly string[];
  readonly watermark: string | undefined;
  readonly checks: Readonly<Record<string, string>>;
}

/** A row of a table in TypeScript. */
export type RowOf<T extends Table> = { readonly [Name in keyof T['columns']]: ValueOf<T['columns'][Name]> };

/**
 * Declares a table: the one place that says what rows are.
 *
 * @example
 * ```ts
 * const orders = defineTable({
 *   columns: { id: 'BIGINT', amount: 'DECIMAL(12,2)', note: 'VARCHAR?', changed: 'TIMESTAMP' },
 *   key: ['id'],
 *   watermark: 'changed',
 *   checks: { positive: 'amount > 0' },
 * });
 * type Order = RowOf<typeof orders>; // { id: bigint; amount: number; note: string | null; changed: Date }
 * ```
 *
 * @throws PlatformError `config` for a type or a name that can't be one.
 */
export function defineTable<const C extends Columns>(definition: TableDefinition<C>): Table<C> {
  const { columns, key = [], watermark, checks = {} } = definition;
  const names = Object.keys(columns);
  if (names.length === 0) throw refuse('a table needs columns', "columns: { id: 'BIGINT' }");
  for (const [name, type] of Object.entries(columns)) checkColumn(name, type);
  checkDistinct(names);
  for (const name of [...key, ...(watermark === undefined ? [] : [watermark])]) checkNamed(name, columns);
  return { columns, key, watermark, checks };
}

function checkColumn(name: string, type: string): void {
  if (!/^[A-Za-z][^\0]{0,254}$/.test(name)) {
    throw refuse(`'${name}' can't be a column's name`, 'expected one that starts with a letter; `_…` names are kept');
  }
  if (isColumnType(type)) return;
  const bare = type.replace(/\?$/, '').toUpperCase();
  throw refuse(`column ${name}: '${type}' is no type`, suggest(bare, [...SCALAR_TYPES, 'DECIMAL(12,2)'], 'types'));
}

function checkDistinct(names: readonly string[]): void {
  const seen = new Map<string, string>();
  for (const name of names) {
    const other = seen.get(name.toLowerCase());
    if (other !== undefined) throw refuse(`columns ${other} and ${name} differ in case alone`, 'rename one of them');
    seen.set(name.toLowerCase(), name);
  }
}

/** A key or a watermark that may be null tells nothing apart, and would leave rows behind. */
function checkNamed(name: string, columns: Columns): void {
  const type = columns[name];
  if (type === undefined) throw refuse(`there is no column ${name}`, suggest(name, Object.keys(columns), 'columns'));
  if (isNullable(type))
    throw refuse(`column ${name} is key or watermark, and may be null`, `expected '${type.slice(0, -1)}'`);
}

function refuse(message: string, hint: string): PlatformError {
  return new PlatformError(message, { code: 'config', hint });
}
