import type { ColumnSpec, ColumnType } from '@ml-platform/registry';
import type { TensorData, TensorRows } from './tensor-data.ts';

/** A value that JSON can hold: NaN and infinities are null, integers beyond ±(2^53 - 1) are strings of digits. */
export type OutputCell = string | number | boolean | null;

/** What a model says of the rows it was given. */
export interface Prediction {
  readonly rows: number;
  /** Values by output name, one per row. */
  readonly columns: Readonly<Record<string, readonly OutputCell[]>>;
}

export function decodeOutput(outputs: readonly ColumnSpec[], { rows, columns }: TensorRows): Prediction {
  const named = outputs.map(({ name, type }, index) => [name, decodeColumn(type, columns[index] ?? [])] as const);
  return { rows, columns: Object.fromEntries(named) };
}

/** The same prediction as one object per row. */
export function predictionRows({ rows, columns }: Prediction): Record<string, OutputCell>[] {
  const named = Object.entries(columns);
  return Array.from({ length: rows }, (_, row) =>
    Object.fromEntries(named.map(([name, values]) => [name, values[row] ?? null])),
  );
}

function decodeColumn(type: ColumnType, data: TensorData): OutputCell[] {
  switch (type) {
    case 'bool':
      return mapValues(data as Uint8Array, (bit) => bit !== 0);
    case 'int64':
      return mapValues(data as BigInt64Array, jsonInteger);
    case 'float32':
    case 'float64':
      return mapValues(data as Float64Array, (value) => (Number.isFinite(value) ? value : null));
    default:
      return [...(data as string[])];
  }
}

// Array.from goes through an iterator, which costs more than the conversion.
function mapValues<T, V>(data: ArrayLike<T>, convert: (value: T) => V): V[] {
  const values: V[] = [];
  for (let row = 0; row < data.length; row += 1) values.push(convert(data[row] as T));
  return values;
}

function jsonInteger(wide: bigint): number | string {
  const narrow = Number(wide);
  return Number.isSafeInteger(narrow) ? narrow : String(wide);
}
