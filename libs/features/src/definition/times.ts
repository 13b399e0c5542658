import { PlatformError } from '@ml-platform/errors';

/**
 * Microseconds since 1970 of a day or a time in UTC: `2026-01-31`, `2026-01-31T08:00:00Z`.
 *
 * @throws PlatformError `config` for anything else.
 */
export function microsecondsOfTime(text: string, where: string): bigint {
  const match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,6})?Z?)?$/.exec(text);
  const [, day, minute = '00:00', second = ':00', fraction = '.0'] = match ?? [];
  const milliseconds = Date.parse(`${day}T${minute}${second}Z`);
  if (match && !Number.isNaN(milliseconds) && isoOf(BigInt(milliseconds) * 1000n).startsWith(day ?? '')) {
    return BigInt(milliseconds) * 1000n + BigInt(fraction.slice(1).padEnd(6, '0'));
  }
  throw new PlatformError(`${where} is '${text}', expected a day or a time in UTC`, {
    code: 'config',
    hint: "as '2026-01-31' or '2026-01-31T08:00:00Z'",
  });
}

/** As DuckDB writes a timestamp: `2026-01-31 08:00:00`, with a fraction where there is one. */
export function timestampText(time: bigint): string {
  const iso = isoOf(time);
  const fraction = (((time % 1_000_000n) + 1_000_000n) % 1_000_000n).toString().padStart(6, '0').replace(/0+$/, '');
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** In milliseconds, as `2026-01-31T08:00:00.000Z`. */
export function isoOf(time: bigint): string {
  return new Date(Math.floor(Number(time) / 1000)).toISOString();
}
