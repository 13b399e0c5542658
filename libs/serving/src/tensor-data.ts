/** The values of one column, as onnxruntime takes and gives them: booleans are bytes, 0 or 1. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | string[];

/** Columns of equal length, in the order of the signature. */
export interface TensorRows {
  readonly rows: number;
  readonly columns: readonly TensorData[];
}

/** Puts rows of the same columns below one another. */
export function concatRows(parts: readonly TensorRows[]): TensorRows {
  const [first] = parts;
  if (!first) return { rows: 0, columns: [] };
  const rows = parts.reduce((total, part) => total + part.rows, 0);
  const columns = first.columns.map((column, index) =>
    concatColumn(
      column,
      parts.map((part) => part.columns[index] ?? []),
      rows,
    ),
  );
  return { rows, columns };
}

/** The rows from `start` to `end`, the latter not included; numbers share memory with the whole. */
export function sliceRows(whole: TensorRows, start: number, end: number): TensorRows {
  const columns = whole.columns.map((column) =>
    Array.isArray(column) ? column.slice(start, end) : column.subarray(start, end),
  );
  return { rows: end - start, columns };
}

function concatColumn(like: TensorData, parts: readonly TensorData[], rows: number): TensorData {
  if (Array.isArray(like)) return (parts as string[][]).flat();
  const whole = new (like.constructor as new (length: number) => Float32Array)(rows);
  let at = 0;
  for (const part of parts as readonly Float32Array[]) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
