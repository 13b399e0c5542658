/** A point of the ROC curve. */
export interface RocPoint {
  readonly falsePositiveRate: number;
  readonly truePositiveRate: number;
}

/** The ROC curve from (0, 0) to (1, 1), thinned to at most `most` points (2 or more) for drawing. */
export function rocCurve(late: ArrayLike<number>, score: ArrayLike<number>, most = 201): RocPoint[] {
  const order = ascending(score).reverse();
  const positives = countPositives(late);
  const negatives = order.length - positives;
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0 }];
  let [hits, alarms] = [0, 0];
  for (const [position, row] of order.entries()) {
    if (late[row] === 1) hits++;
    else alarms++;
    const next = order[position + 1];
    if (next !== undefined && score[next] === score[row]) continue;
    points.push({ falsePositiveRate: alarms / negatives, truePositiveRate: hits / positives });
  }
  return thin(points, most);
}

/** Row numbers, the lowest score first. */
export function ascending(score: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: score.length }, (_, row) => row).sort((a, b) => (score[a] ?? 0) - (score[b] ?? 0));
}

function countPositives(late: ArrayLike<number>): number {
  let count = 0;
  for (let row = 0; row < late.length; row++) count += late[row] ?? 0;
  return count;
}

function thin<Point>(points: readonly Point[], most: number): Point[] {
  if (points.length <= most) return [...points];
  const step = (points.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, index) => points[Math.round(index * step)] as Point);
}
