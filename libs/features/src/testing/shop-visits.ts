import { defineFeatureSet } from '../definition/feature-set.ts';
import type { Cell } from './parquet.ts';

/** Every kind of feature, over visits of customers to shops that are known some minutes later. */
export const shopVisits = defineFeatureSet({
  name: 'shop_visits',
  description: 'What customers did in a shop',
  owner: 'retail',
  entity: { name: 'customer of a shop', key: { shop: 'VARCHAR', customer: 'INTEGER' } },
  columns: {
    shop: 'VARCHAR',
    customer: 'INTEGER',
    entered: 'TIMESTAMP',
    minutes: 'INTEGER',
    spent: 'DECIMAL(9,2)',
    bought: 'BOOLEAN',
    mood: 'VARCHAR',
  },
  timestamp: 'entered',
  knownAfter: { minutes: 'minutes + 0.5' },
  ttl: '2 hours',
  features: {
    visits_1h: { count: '*', over: '1 hour', type: 'INTEGER', description: 'visits' },
    rated_1h: { count: 'mood', over: '1 hour', type: 'BIGINT', description: 'visits with a mood' },
    spent_3h: { sum: 'spent', over: '3 hours', type: 'DOUBLE', description: 'spent, in EUR' },
    bought_1h: { mean: 'bought', over: '1 hour', type: 'DOUBLE', description: 'share of visits that bought' },
    bought_3h: { mean: 'bought', over: '3 hours', type: 'DOUBLE', description: 'the same over three hours' },
    shortest_3h: { min: 'minutes', over: '3 hours', type: 'INTEGER', description: 'shortest visit, in minutes' },
    best_mood_1h: { max: 'lower(mood)', over: '1 hour', type: 'VARCHAR', description: 'last mood of the alphabet' },
    mood: { latest: 'mood', type: 'VARCHAR', description: 'mood of the last visit' },
    change: { sql: 'bought_1h - bought_3h', type: 'DOUBLE', description: 'is it getting more?' },
  },
});

/** The same, with values that change on the half hour. */
export const shopVisitsByHalfHour = defineFeatureSet({ ...shopVisits, name: 'shop_visits_30m', every: '30 minutes' });

const { shortest_3h: _shortest, best_mood_1h: _best, ...sums } = shopVisits.features;

/** The same without a minimum or a maximum: these are built another way. */
export const shopVisitsOfSums = defineFeatureSet({ ...shopVisits, name: 'shop_visits_sums', features: sums });
export const shopVisitsOfSumsByHalfHour = defineFeatureSet({
  ...shopVisitsByHalfHour,
  name: 'shop_visits_sums_30m',
  features: sums,
});

export interface Visit {
  readonly shop: string | null;
  readonly customer: number;
  /** Minutes since 2026-01-31 00:00. */
  readonly entered: number;
  readonly minutes: number | null;
  readonly spent: number | null;
  readonly bought: boolean | null;
  readonly mood: string | null;
}

const START = Date.UTC(2026, 0, 31);

/** As DuckDB reads it. */
export function clock(minutes: number): string {
  return new Date(START + minutes * 60_000).toISOString().slice(0, 23).replace('T', ' ');
}

export function visitRow(visit: Visit): Record<string, Cell> {
  return { ...visit, entered: clock(visit.entered) };
}

type Features = Record<keyof typeof shopVisits.features, Cell>;

/** What the values are at a time, by going through all visits. */
export function valuesAt(
  visits: readonly Visit[],
  shop: string,
  customer: number,
  now: number,
  every?: number,
): Features {
  const time = every === undefined ? now : Math.floor(now / every) * every;
  const known = visits
    .filter((visit) => visit.shop === shop && visit.customer === customer && visit.minutes !== null)
    .map((visit) => ({ ...visit, known: visit.entered + Math.ceil((visit.minutes ?? 0) + 0.5) }))
    .filter((visit) => visit.known <= time);
  const last = known.toSorted(byTime).at(-1);
  // Within the ttl of the last event, at the very time that is asked for.
  if (last === undefined || Math.max(...known.map((visit) => visit.known)) + 120 <= now) return NOTHING;
  const over = (minutes: number) => known.filter((visit) => visit.known > time - minutes);
  const share = (minutes: number) => {
    const decided = over(minutes).filter((visit) => visit.bought !== null);
    return decided.length === 0 ? null : decided.filter((visit) => visit.bought).length / decided.length;
  };
  const spent = over(180).flatMap((visit) => (visit.spent === null ? [] : [Math.round(visit.spent * 100)]));
  const moods = over(60).flatMap((visit) => (visit.mood === null ? [] : [visit.mood.toLowerCase()]));
  const [hour, threeHours] = [share(60), share(180)];
  return {
    visits_1h: over(60).length,
    rated_1h: String(moods.length),
    spent_3h: spent.length === 0 ? null : spent.reduce((sum, cents) => sum + cents, 0) / 100,
    bought_1h: hour,
    bought_3h: threeHours,
    shortest_3h: over(180).length === 0 ? null : Math.min(...over(180).map((visit) => visit.minutes ?? 0)),
    best_mood_1h: moods.toSorted().at(-1) ?? null,
    mood: last.mood,
    change: hour === null || threeHours === null ? null : hour - threeHours,
  };
}

const NOTHING = Object.fromEntries(Object.keys(shopVisits.features).map((name) => [name, null])) as Features;

/** Of events that become known together, the later one; of these, the one with the greater values. */
function byTime(a: Visit & { known: number }, b: Visit & { known: number }): number {
  return (
    a.known - b.known ||
    a.entered - b.entered ||
    compare(a.minutes, b.minutes) ||
    compare(a.spent, b.spent) ||
    compare(a.bought, b.bought) ||
    compare(a.mood, b.mood)
  );
}

function compare(a: Cell, b: Cell): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? -1 : 1;
  return a < b ? -1 : 1;
}
