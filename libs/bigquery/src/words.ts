/** `1.5 GB`, by powers of 1000 as BigQuery's limits are said. */
export function bytes(count: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(count, 1)) / 3), units.length - 1);
  const value = count / 1000 ** power;
  return `${power === 0 ? value : value.toFixed(1)} ${units[power]}`;
}

/** `, 3.2 s` between two moments in milliseconds; nothing where one isn't known. */
export function seconds({
  startTime,
  endTime,
}: {
  startTime?: number | undefined;
  endTime?: number | undefined;
}): string {
  return startTime === undefined || endTime === undefined ? '' : `, ${((endTime - startTime) / 1000).toFixed(1)} s`;
}
