/** Lower quartile, median and upper quartile, with linear interpolation between neighbours. */
export function quartiles(samples: readonly number[]): [lower: number, median: number, upper: number] {
  if (samples.length === 0) throw new Error('no samples: expected at least one');
  const sorted = samples.toSorted((a, b) => a - b);
  return [quantile(sorted, 0.25), quantile(sorted, 0.5), quantile(sorted, 0.75)];
}

function quantile(sorted: readonly number[], share: number): number {
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? 0;
  const above = sorted[Math.ceil(position)] ?? below;
  return below + (above - below) * (position % 1);
}
