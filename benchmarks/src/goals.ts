/** A bound that a benchmark checks its own medians against. */
export interface Goal {
  readonly text: string;
  readonly measured: number;
  readonly atMost: number;
  readonly unit: 'ms' | '×';
  readonly met: boolean;
}

/** A duration, or a difference of durations, of at most so many milliseconds. */
export function atMostMilliseconds(text: string, measured: number, atMost: number): Goal {
  return { text, measured, atMost, unit: 'ms', met: measured <= atMost };
}

/** `ours` takes at most so many times as long as `theirs`. */
export function atMostTimes(text: string, ours: number, theirs: number, atMost: number): Goal {
  return { text, measured: ours / theirs, atMost, unit: '×', met: ours / theirs <= atMost };
}
