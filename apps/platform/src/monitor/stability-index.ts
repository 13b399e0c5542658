/** Shares of the same bins, then and now. */
export interface Bin {
  readonly label: string;
  readonly expected: number;
  readonly actual: number;
}

/** In the place of an empty bin, whose logarithm would be none. */
const FLOOR = 0.0001;

/**
 * The population stability index: Σ (actual − expected) · ln(actual / expected). 0 for equal shares, and symmetric.
 * B. Yurdakul, "Statistical Properties of Population Stability Index", 2018.
 */
export function stabilityIndex(bins: readonly Bin[]): number {
  return bins.reduce((sum, bin) => sum + contribution(bin), 0);
}

/** A bin's part of the index; never below 0. */
export function contribution({ expected, actual }: Bin): number {
  const [then, now] = [Math.max(expected, FLOOR), Math.max(actual, FLOOR)];
  return (now - then) * Math.log(now / then);
}
