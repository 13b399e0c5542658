import { areaUnderRoc, logLoss } from './classification-metrics.ts';

/** How the model does on the rows that share a value. */
export interface Slice<Key extends string | number = string | number> {
  readonly key: Key;
  readonly rows: number;
  readonly lateRate: number;
  readonly meanProbability: number;
  /** Null when all rows are of one class. */
  readonly auc: number | null;
  readonly logLoss: number;
}

/** One slice per distinct key, the most rows first; equal ones by key. */
export function slicesBy<Key extends string | number>(
  keys: ArrayLike<Key>,
  late: ArrayLike<number>,
  probability: ArrayLike<number>,
): Slice<Key>[] {
  const rowsOf = new Map<Key, number[]>();
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row] as Key;
    const rows = rowsOf.get(key);
    if (rows === undefined) rowsOf.set(key, [row]);
    else rows.push(row);
  }
  const slices = [...rowsOf].map(([key, rows]) => sliceOf(key, pick(late, rows), pick(probability, rows)));
  return slices.sort((a, b) => b.rows - a.rows || (a.key < b.key ? -1 : 1));
}

function sliceOf<Key extends string | number>(key: Key, late: Float64Array, probability: Float64Array): Slice<Key> {
  const area = areaUnderRoc(late, probability);
  return {
    key,
    rows: late.length,
    lateRate: mean(late),
    meanProbability: mean(probability),
    auc: Number.isNaN(area) ? null : area,
    logLoss: logLoss(late, probability),
  };
}

function pick(values: ArrayLike<number>, rows: readonly number[]): Float64Array {
  return Float64Array.from(rows, (row) => values[row] ?? 0);
}

function mean(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
