import type { ColumnSpec, ColumnType } from '@ml-platform/registry';
import { csvRecords } from './csv-records.ts';
import type { Columns } from './encode-input.ts';
import { inputError, show } from './input-error.ts';

export interface CsvOptions {
  /** Whether the first row names the columns; found out unless given: it does where it is these names and no others. */
  readonly header?: boolean | undefined;
  /** Refuse a header in another order than the signature's: the text is a part of a file, whose others have none. */
  readonly partOfFile?: boolean | undefined;
}

export interface CsvTable {
  readonly columns: Columns;
  readonly header: boolean;
}

type Cell = string | number | boolean | null;

/**
 * Reads CSV with the columns of a signature: in any order below a header, in the signature's order without one.
 *
 * A cell that isn't what its column holds stays text, which `encodeInput` then refuses with column and row.
 *
 * @throws PlatformError `data` for quotes that don't match, a header that isn't the signature's, a row of another length.
 */
export function readCsv(text: string, inputs: readonly ColumnSpec[], options: CsvOptions = {}): CsvTable {
  const records = csvRecords(text);
  const [first = []] = records;
  const header = options.header ?? isHeader(first, inputs);
  const names = inputs.map(({ name }) => name);
  const order = header ? positions(first, inputs) : names.map((_, index) => index);
  if (header && options.partOfFile && order.some((position, index) => position !== index)) {
    throw inputError(
      `the header is ${first.join()}, expected ${names.join()}: parts without it are in that order`,
      inputs,
    );
  }
  const rows = header ? records.slice(1) : records;
  checkLengths(rows, inputs);
  const columns = inputs.map(({ name, type }, index) => [name, column(rows, order[index] ?? 0, CELL[type])] as const);
  return { columns: Object.fromEntries(columns), header };
}

function isHeader(record: readonly string[], inputs: readonly ColumnSpec[]): boolean {
  return record.length === inputs.length && inputs.every(({ name }) => record.includes(name));
}

function positions(header: readonly string[], inputs: readonly ColumnSpec[]): number[] {
  const unknown = header.find(
    (cell, index) => !inputs.some(({ name }) => name === cell) || header.indexOf(cell) < index,
  );
  if (unknown !== undefined) throw inputError(`the header has ${show(unknown)}, unknown or twice`, inputs);
  return inputs.map(({ name }) => {
    const position = header.indexOf(name);
    if (position === -1) throw inputError(`the header lacks the column "${name}"`, inputs);
    return position;
  });
}

function checkLengths(rows: readonly (readonly string[])[], inputs: readonly ColumnSpec[]): void {
  const wrong = rows.findIndex((row) => row.length !== inputs.length);
  if (wrong === -1) return;
  throw inputError(`row ${wrong} has ${rows[wrong]?.length} values, expected ${inputs.length}`, inputs);
}

function column(rows: readonly (readonly string[])[], position: number, read: (text: string) => Cell): Cell[] {
  const cells: Cell[] = [];
  for (const row of rows) cells.push(read(row[position] ?? ''));
  return cells;
}

const CELL: Readonly<Record<ColumnType, (text: string) => Cell>> = {
  string: (text) => text,
  float32: readFloat,
  float64: readFloat,
  int32: (text) => (INTEGER.test(text) ? Number(text) : text),
  int64: (text) => text.trim(),
  bool: (text) => BOOLEANS.get(text.trim().toLowerCase()) ?? text,
};

const INTEGER = /^\s*-?\d+\s*$/;
const DECIMAL = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;
/** How pandas, NumPy and SQL write what isn't a decimal number. */
const OTHER_NUMBERS: ReadonlyMap<string, number | null> = new Map([
  ['', null],
  ['nan', null],
  ['null', null],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);
const BOOLEANS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

function readFloat(text: string): Cell {
  if (DECIMAL.test(text)) return Number(text);
  const other = OTHER_NUMBERS.get(text.trim().toLowerCase());
  return other === undefined ? text : other;
}
