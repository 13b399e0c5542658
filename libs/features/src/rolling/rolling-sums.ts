/** Buckets of one entity, in the order of their times. Those from `count` on are of no account. */
export interface EntityBuckets {
  readonly count: number;
  /** In whatever steps, each once. */
  readonly times: Float64Array;
  /** What is added up: a column per value. */
  readonly values: readonly BigInt64Array[];
}

/** A column that is added up, and for how many steps a bucket counts. */
export interface RollingSum {
  readonly column: number;
  readonly over: number;
}

/** Takes the sums that hold from a time on, and which bucket was the last to come. */
type Emit = (time: number, sums: BigInt64Array, newest: number) => void;

/**
 * Goes once through an entity's buckets, and says the sums of its windows at each time, from 0 to before `until`, at which a
 * bucket comes or leaves a window. Sums are those of 64 bits: right wherever they don't exceed them, whatever is in between.
 */
export function rollingSums(buckets: EntityBuckets, sums: readonly RollingSum[], until: number, emit: Emit): void {
  const { count, times, values } = buckets;
  const spans = [...new Set(sums.map(({ over }) => over))];
  const spanOf = Int32Array.from(sums, ({ over }) => spans.indexOf(over));
  const columnOf = sums.map(({ column }) => values[column] ?? new BigInt64Array(0));
  const totals = new BigInt64Array(sums.length);
  // Of each window: its oldest bucket, when that one leaves it, and which one leaves it now.
  const oldest = new Int32Array(spans.length);
  const ends = new Float64Array(spans.length).fill(Number.POSITIVE_INFINITY);
  const leaving = new Int32Array(spans.length);
  let next = 0;
  for (;;) {
    const coming = next < count ? (times[next] ?? 0) : Number.POSITIVE_INFINITY;
    let now = coming;
    for (let span = 0; span < ends.length; span++) now = Math.min(now, ends[span] ?? 0);
    if (now >= until) return;
    if (coming === now) next += 1;
    for (let span = 0; span < ends.length; span++) {
      const leaves = ends[span] === now;
      const first = oldest[span] ?? 0;
      leaving[span] = leaves ? first : -1;
      if (!leaves && coming !== now) continue;
      const stays = leaves ? first + 1 : first;
      oldest[span] = stays;
      ends[span] = stays < next ? (times[stays] ?? 0) + (spans[span] ?? 0) : Number.POSITIVE_INFINITY;
    }
    for (let index = 0; index < totals.length; index++) {
      const column = columnOf[index] as BigInt64Array;
      const gone = leaving[spanOf[index] ?? 0] ?? -1;
      let total = totals[index] ?? 0n;
      if (coming === now) total = BigInt.asIntN(64, total + (column[next - 1] ?? 0n));
      if (gone >= 0) total = BigInt.asIntN(64, total - (column[gone] ?? 0n));
      totals[index] = total;
    }
    if (now >= 0) emit(now, totals, next - 1);
  }
}
