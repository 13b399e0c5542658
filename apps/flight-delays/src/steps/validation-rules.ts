import { quoted } from '../duckdb-session.ts';

/** One thing that must be true of a flight; `holds` is SQL over the raw columns and the table `airports`. */
export interface Rule {
  readonly reason: string;
  readonly holds: string;
}

/** First and last day of the period that the data is meant to cover, as `YYYY-MM-DD`. */
export interface Period {
  readonly firstDay: string;
  readonly lastDay: string;
}

/** What every flight must satisfy, in the order in which a reason is looked for. */
export function flightRules({ firstDay, lastDay }: Period): readonly Rule[] {
  return [
    {
      reason: 'a value is missing',
      holds:
        'date IS NOT NULL AND delay IS NOT NULL AND distance IS NOT NULL AND origin IS NOT NULL AND destination IS NOT NULL',
    },
    {
      reason: 'the date is outside the period',
      holds: `date::DATE BETWEEN DATE ${quoted(firstDay)} AND DATE ${quoted(lastDay)}`,
    },
    // Catches a sentinel such as 99999. In the example data arrivals are 1,116 minutes early to 1,688 minutes late.
    { reason: 'the delay is not within two days', holds: 'delay BETWEEN -2880 AND 2880' },
    // The longest direct flights on earth are below 10,000 miles.
    { reason: 'the distance is not between 1 and 10,000 miles', holds: 'distance BETWEEN 1 AND 10000' },
    { reason: 'origin and destination are the same', holds: 'origin <> destination' },
    { reason: 'the origin is not a known airport', holds: 'origin IN (SELECT iata FROM airports)' },
    { reason: 'the destination is not a known airport', holds: 'destination IN (SELECT iata FROM airports)' },
  ];
}

/** SQL for the reason of the first broken rule, null where all hold. What SQL can't decide counts as broken. */
export function brokenRule(rules: readonly Rule[]): string {
  const branches = rules.map(({ reason, holds }) => `WHEN NOT coalesce(${holds}, false) THEN ${quoted(reason)}`);
  return `CASE ${branches.join(' ')} END`;
}
