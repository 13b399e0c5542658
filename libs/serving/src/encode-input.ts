import type { ColumnSpec } from '@ml-platform/registry';
import { EXPECTED, encodeColumn, WrongCell } from './encode-column.ts';
import { inputError, show } from './input-error.ts';
import type { TensorData, TensorRows } from './tensor-data.ts';

/** Values by column name. */
export type Columns = Readonly<Record<string, readonly unknown[]>>;
/** One value per column name. */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Turns a request's data, which may be anything that JSON can hold, into tensor data.
 *
 * @throws PlatformError `data` that names the column and, counted from 0, the row: a column missing or unknown, columns
 * of different lengths, a value of the wrong type, no rows.
 */
export function encodeInput(inputs: readonly ColumnSpec[], data: Columns | readonly Row[]): TensorRows {
  return Array.isArray(data) ? encodeRows(inputs, data) : encodeColumns(inputs, data as Columns);
}

function encodeRows(inputs: readonly ColumnSpec[], rows: readonly unknown[]): TensorRows {
  rows.forEach((row, index) => {
    checkRow(inputs, row, index);
  });
  return finish(inputs, rows.length, (name) => (rows as readonly Row[]).map((row) => row[name]));
}

function encodeColumns(inputs: readonly ColumnSpec[], columns: Columns): TensorRows {
  checkNames(inputs, columns, (name) => `the column "${name}"`);
  const [first] = inputs;
  const rows = first ? lengthOf(inputs, columns, first.name) : 0;
  for (const { name } of inputs) {
    const length = lengthOf(inputs, columns, name);
    if (length === rows) continue;
    throw inputError(`the column "${name}" has ${length} rows, but "${first?.name}" has ${rows}`, inputs);
  }
  return finish(inputs, rows, (name) => columns[name] ?? []);
}

function checkRow(inputs: readonly ColumnSpec[], row: unknown, index: number): void {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw inputError(`row ${index} is ${show(row)}, expected an object with a value per column`, inputs);
  }
  checkNames(inputs, row, (name) => `the column "${name}" of row ${index}`);
}

function checkNames(inputs: readonly ColumnSpec[], named: object, describe: (name: string) => string): void {
  for (const { name } of inputs) {
    if (!Object.hasOwn(named, name)) throw inputError(`${describe(name)} is missing`, inputs);
  }
  const names = Object.keys(named);
  if (names.length === inputs.length) return;
  const unknown = names.find((name) => !inputs.some((input) => input.name === name));
  throw inputError(`${describe(unknown ?? '')} is unknown`, inputs);
}

function lengthOf(inputs: readonly ColumnSpec[], columns: Columns, name: string): number {
  const values: unknown = columns[name];
  if (Array.isArray(values)) return values.length;
  throw inputError(`the column "${name}" is ${show(values)}, expected a list of values`, inputs);
}

function finish(
  inputs: readonly ColumnSpec[],
  rows: number,
  valuesOf: (name: string) => readonly unknown[],
): TensorRows {
  if (rows === 0) throw inputError('there are no rows, expected at least one', inputs);
  return { rows, columns: inputs.map((input) => encode(inputs, input, valuesOf(input.name))) };
}

function encode(inputs: readonly ColumnSpec[], { name, type }: ColumnSpec, values: readonly unknown[]): TensorData {
  try {
    return encodeColumn(type, values);
  } catch (thrown) {
    if (!(thrown instanceof WrongCell)) throw thrown;
    const got = show(values[thrown.row]);
    throw inputError(
      `the column "${name}" is ${got} in row ${thrown.row}, expected ${EXPECTED[type]} (${type})`,
      inputs,
    );
  }
}
