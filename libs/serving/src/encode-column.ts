import type { ColumnType } from '@ml-platform/registry';
import type { TensorData } from './tensor-data.ts';

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const DECIMAL_INTEGER = /^-?\d{1,19}$/;

export const EXPECTED: Readonly<Record<ColumnType, string>> = {
  string: 'a string without NUL, or null',
  float32: 'a number or null',
  float64: 'a number or null',
  int32: 'an integer of 32 bits',
  int64: 'an integer of 64 bits; beyond ±(2^53 - 1) as a string of digits',
  bool: 'true or false',
};

/** A value that doesn't fit its column. */
export class WrongCell extends Error {
  readonly row: number;

  constructor(row: number) {
    super(`row ${row}`);
    this.row = row;
  }
}

/**
 * Makes one column's tensor data. A missing number is NaN and a missing string is empty: what training code sees too.
 *
 * @throws WrongCell with the row of the first value that doesn't fit.
 */
export function encodeColumn(type: ColumnType, values: readonly unknown[]): TensorData {
  switch (type) {
    case 'string':
      return values.map(toText);
    case 'float32':
      return fill(new Float32Array(values.length), values, toFloat);
    case 'float64':
      return fill(new Float64Array(values.length), values, toFloat);
    case 'int32':
      return fill(new Int32Array(values.length), values, toInt32);
    case 'int64':
      return fill(new BigInt64Array(values.length), values, toInt64);
    case 'bool':
      return fill(new Uint8Array(values.length), values, toBit);
  }
}

function fill<T extends { [index: number]: V }, V>(
  data: T,
  values: readonly unknown[],
  convert: (value: unknown, row: number) => V,
): T {
  const target: { [index: number]: V } = data;
  for (let row = 0; row < values.length; row += 1) target[row] = convert(values[row], row);
  return data;
}

function toText(value: unknown, row: number): string {
  // onnxruntime-node ends a string at its first NUL: another category, without a word.
  if (typeof value === 'string' && !value.includes('\0')) return value;
  if (value === null) return '';
  throw new WrongCell(row);
}

function toFloat(value: unknown, row: number): number {
  if (typeof value === 'number') return value;
  if (value === null) return Number.NaN;
  throw new WrongCell(row);
}

function toInt32(value: unknown, row: number): number {
  if (Number.isInteger(value) && Number(value) >= INT32_MIN && Number(value) <= INT32_MAX) return Number(value);
  throw new WrongCell(row);
}

function toInt64(value: unknown, row: number): bigint {
  const exact = exactInteger(value);
  if (exact !== undefined && BigInt.asIntN(64, exact) === exact) return exact;
  throw new WrongCell(row);
}

function exactInteger(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  return typeof value === 'string' && DECIMAL_INTEGER.test(value) ? BigInt(value) : undefined;
}

function toBit(value: unknown, row: number): number {
  if (typeof value === 'boolean') return Number(value);
  throw new WrongCell(row);
}
