/**
 * Milliseconds that a `Retry-After` header asks for, in seconds or as a date (RFC 9110, 10.2.3); nothing for what is neither.
 *
 * @param now milliseconds since 1970.
 */
export function retryAfter(header: string | null, now: number): number | undefined {
  if (header === null) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  const moment = Date.parse(header);
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now);
}
