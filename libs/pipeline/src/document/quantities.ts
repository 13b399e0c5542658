/** `90s`, `30m`, `2h`, `1d`. */
export const durationPattern = /^([1-9]\d*)(s|m|h|d)$/;

/** A binary quantity in Kubernetes' notation: `512Mi`, `16Gi`, `2Ti`. */
export const memoryPattern = /^([1-9]\d*)(Mi|Gi|Ti)$/;

export type Duration = `${number}${'s' | 'm' | 'h' | 'd'}`;
export type Memory = `${number}${'Mi' | 'Gi' | 'Ti'}`;

const SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
const MEBIBYTES = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 } as const;

/** Seconds of a duration; `undefined` where the text isn't one. */
export function parseDuration(text: string): number | undefined {
  const [, count, unit] = durationPattern.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** Mebibytes of a memory quantity; `undefined` where the text isn't one. */
export function parseMemory(text: string): number | undefined {
  const [, count, unit] = memoryPattern.exec(text) ?? [];
  return unit === undefined ? undefined : Number(count) * MEBIBYTES[unit as keyof typeof MEBIBYTES];
}
