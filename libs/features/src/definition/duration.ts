import { PlatformError } from '@ml-platform/errors';

type Unit = 'second' | 'minute' | 'hour' | 'day' | 'week';

/** `15 minutes`, `1 hour`, `7 days`. */
export type Duration = `${number} ${Unit}${'' | 's'}`;

const MICROSECONDS: Readonly<Record<Unit, bigint>> = {
  second: 1_000_000n,
  minute: 60_000_000n,
  hour: 3_600_000_000n,
  day: 86_400_000_000n,
  week: 604_800_000_000n,
};
const LONGEST = 100n * 366n * MICROSECONDS.day;

/**
 * Microseconds of a duration.
 *
 * @throws PlatformError `config` for what is no duration of at least a second and at most a hundred years.
 */
export function microsecondsOf(duration: string, where: string): bigint {
  const [, amount, unit] = /^(\d{1,10}) (second|minute|hour|day|week)s?$/.exec(duration) ?? [];
  const found = amount === undefined ? 0n : BigInt(amount) * MICROSECONDS[unit as Unit];
  if (found > 0n && found <= LONGEST) return found;
  throw new PlatformError(`${where} is '${duration}', expected a duration`, {
    code: 'config',
    hint: "a whole number and a unit: '30 minutes', '24 hours', '7 days'",
  });
}
