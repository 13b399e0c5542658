import { ascending } from './roc-curve.ts';

/** Rows of similar probability: what was predicted for them, and what came true. */
export interface CalibrationBin {
  readonly rows: number;
  readonly meanProbability: number;
  readonly lateRate: number;
}

/** Bins of equal size, from the least probable to the most; fewer where there are fewer rows. */
export function calibrationBins(
  late: ArrayLike<number>,
  probability: ArrayLike<number>,
  count: number,
): CalibrationBin[] {
  const order = ascending(probability);
  const edges = Array.from({ length: count + 1 }, (_, bin) => Math.round((bin * order.length) / count));
  const bins = edges.slice(1).map((end, bin) => binOf(order.subarray(edges[bin], end), late, probability));
  return bins.filter(({ rows }) => rows > 0);
}

/** Expected calibration error: how far probability and rate of a bin are apart, weighted by rows. */
export function calibrationError(bins: readonly CalibrationBin[]): number {
  const total = bins.reduce((sum, { rows }) => sum + rows, 0);
  return bins.reduce((sum, bin) => sum + (bin.rows / total) * Math.abs(bin.meanProbability - bin.lateRate), 0);
}

function binOf(rows: Uint32Array, late: ArrayLike<number>, probability: ArrayLike<number>): CalibrationBin {
  let [predicted, happened] = [0, 0];
  for (const row of rows) {
    predicted += probability[row] ?? 0;
    happened += late[row] ?? 0;
  }
  return { rows: rows.length, meanProbability: predicted / rows.length, lateRate: happened / rows.length };
}
