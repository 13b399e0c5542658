import { isoOf } from '../definition/times.ts';
import type { Span } from '../query/feature-query.ts';

export type PartitionBy = 'day' | 'month' | 'year';

/** A file of a table, and the times that its rows are of. */
export interface Partition extends Span {
  /** `2026-01-31`, `2026-01` or `2026`. */
  readonly name: string;
}

const LENGTH: Readonly<Record<PartitionBy, number>> = { year: 4, month: 7, day: 10 };

/** The days, months or years, in UTC, from one time to before another; the first and the last are cut there. */
export function partitionsOf({ from, until }: Span, by: PartitionBy): Partition[] {
  const partitions: Partition[] = [];
  for (let start = startOf(from, by); start < until; start = next(start, by)) {
    const end = next(start, by);
    const span = { from: start < from ? from : start, until: end < until ? end : until };
    partitions.push({ name: isoOf(start).slice(0, LENGTH[by]), ...span });
  }
  return partitions;
}

/**
 * Neighbours together, as long as what they hold is not more than `most`; one that holds more is by itself. The first ones
 * hold a quarter of it: the others are computed while something is written already.
 */
export function inChunks(partitions: readonly Partition[], sizes: readonly number[], most: number): Partition[][] {
  const chunks: Partition[][] = [];
  let room = 0;
  for (const [index, partition] of partitions.entries()) {
    const size = sizes[index] ?? 0;
    if (size > room || chunks.length === 0) {
      room = chunks.length === 0 ? most / 4 : most;
      chunks.push([]);
    }
    chunks.at(-1)?.push(partition);
    room -= size;
  }
  return chunks;
}

/** Whether a time is the start of a partition. */
export function isStart(time: bigint, by: PartitionBy): boolean {
  return startOf(time, by) === time;
}

function startOf(time: bigint, by: PartitionBy): bigint {
  const date = new Date(Math.floor(Number(time) / 1000));
  return utc(date.getUTCFullYear(), by === 'year' ? 0 : date.getUTCMonth(), by === 'day' ? date.getUTCDate() : 1);
}

function next(start: bigint, by: PartitionBy): bigint {
  const date = new Date(Number(start / 1000n));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  if (by === 'year') return utc(year + 1, 0, 1);
  return by === 'month' ? utc(year, month + 1, 1) : utc(year, month, day + 1);
}

function utc(year: number, month: number, day: number): bigint {
  return BigInt(Date.UTC(year, month, day)) * 1000n;
}
