import { checkFeatureSet } from '../definition/check-feature-set.ts';
import { microsecondsOf } from '../definition/duration.ts';
import { expressionOf, type FeatureSetSpec, keyNames, kindOf, type WindowFeature } from '../definition/feature-set.ts';
import { isInteger, scaleOf } from '../definition/sql-types.ts';
import { identifier } from '../duckdb/quote.ts';

/** A value that is kept per entity and moment, and put together over windows. */
export interface Measure {
  /** Of its column. */
  readonly name: string;
  readonly aggregate: 'SUM' | 'MIN' | 'MAX';
  /** Over one event. */
  readonly sql: string;
  readonly integer: boolean;
  /** Digits after the point, of a decimal. */
  readonly scale: number;
  /** Its sum is 0 where there was nothing to add up, and only there. */
  readonly positive: boolean;
}

/** How a set is computed. Times and durations are microseconds in between: every engine compares integers alike. */
export interface Plan {
  readonly set: FeatureSetSpec;
  readonly keys: readonly string[];
  readonly measures: readonly Measure[];
  /** SQL over an event, by the feature that is its latest value. */
  readonly latest: ReadonlyMap<string, string>;
  /** SQL over rolled-up measures, by feature. */
  readonly windows: ReadonlyMap<string, string>;
  /** Measures over a duration, by the name of the column. */
  readonly rolled: ReadonlyMap<string, { readonly measure: Measure; readonly over: bigint }>;
  /** Distinct durations of windows, ascending: so long after an event a value may change again. */
  readonly spans: readonly bigint[];
  readonly every: bigint | undefined;
  readonly ttl: bigint | undefined;
  /** Older events count for nothing. */
  readonly lookBack: bigint;
  /** When an event is known, in microseconds since 1970: SQL over its columns. */
  readonly known: string;
  /** How long that takes, where it takes every event the same. */
  readonly constantLag: bigint | undefined;
}

/**
 * Says how a set is computed.
 *
 * @throws PlatformError `config` where DuckDB refuses one of its expressions.
 */
export async function planOf(set: FeatureSetSpec): Promise<Plan> {
  const types = await checkFeatureSet(set);
  const rollUp = new RollUp();
  const features = Object.entries(set.features);
  const windows = features.flatMap(([name, feature]) =>
    'over' in feature ? [[name, windowSql(feature, types.get(name), rollUp)] as const] : [],
  );
  const latest = features.flatMap(([name, feature]) => ('latest' in feature ? [[name, feature.latest] as const] : []));
  const spans = new Set([...rollUp.rolled.values()].map(({ over }) => over));
  const ttl = set.ttl === undefined ? undefined : microsecondsOf(set.ttl, 'ttl');
  return {
    set,
    keys: keyNames(set),
    measures: [...rollUp.measures.values()],
    latest: new Map(latest),
    windows: new Map(windows),
    rolled: rollUp.rolled,
    spans: [...spans].sort(ascending),
    every: set.every === undefined ? undefined : microsecondsOf(set.every, 'every'),
    ttl,
    lookBack: [...spans, ttl ?? 0n].sort(ascending).at(-1) ?? 0n,
    known: knownSql(set),
    constantLag: typeof set.knownAfter === 'object' ? undefined : lagOf(set.knownAfter),
  };
}

/** Features over the same values share them. */
class RollUp {
  readonly measures = new Map<string, Measure>();
  readonly rolled = new Map<string, { measure: Measure; over: bigint }>();

  /** The column that holds an aggregate over a duration. */
  column(values: Omit<Measure, 'name'>, over: bigint): string {
    const key = `${values.aggregate} ${values.sql}`;
    const measure = this.measures.get(key) ?? { name: `m${this.measures.size}__`, ...values };
    this.measures.set(key, measure);
    const name = `${measure.name}${over}`;
    this.rolled.set(name, { measure, over });
    return name;
  }
}

function windowSql(feature: WindowFeature, type = '', rollUp: RollUp): string {
  const over = microsecondsOf(feature.over, 'over');
  const sql = expressionOf(feature);
  const isBoolean = type === 'BOOLEAN';
  const number = isBoolean ? `CAST((${sql}) AS INTEGER)` : `(${sql})`;
  const isWhole = isBoolean || isInteger(type);
  const sum = () =>
    rollUp.column({ aggregate: 'SUM', sql: number, integer: isWhole, scale: scaleOf(type), positive: false }, over);
  const extreme = (aggregate: 'MIN' | 'MAX') =>
    rollUp.column({ aggregate, sql: `(${sql})`, integer: false, scale: 0, positive: false }, over);
  const count = () => rollUp.column(counting(sql === '*' ? '1' : `CASE WHEN (${sql}) IS NULL THEN 0 ELSE 1 END`), over);
  switch (kindOf(feature)) {
    case 'count':
      return `COALESCE(${count()}, 0)`;
    case 'sum':
      return sum();
    case 'mean':
      return isBoolean
        ? shareSql(sql, over, rollUp)
        : `CAST(${sum()} AS DOUBLE) / CAST(NULLIF(${count()}, 0) AS DOUBLE)`;
    case 'min':
      return extreme('MIN');
    default:
      return extreme('MAX');
  }
}

/** A sum of numbers none of which is below 0. */
function counting(sql: string): Omit<Measure, 'name'> {
  return { aggregate: 'SUM', sql, integer: true, scale: 0, positive: true };
}

/**
 * The share of events for which a condition holds. How many they are and of how many stands in one number, since windows
 * are what costs most: the first in its upper half, which is good for 2 billion events of an entity within a window.
 */
function shareSql(condition: string, over: bigint, rollUp: RollUp): string {
  const pair = `CAST(CAST((${condition}) AS INTEGER) AS BIGINT) * ${HALF} + 1`;
  const both = rollUp.column(counting(pair), over);
  return `CAST(${both} - ${both} % ${HALF} AS DOUBLE) / (CAST(${both} % ${HALF} AS DOUBLE) * ${HALF})`;
}

const HALF = 2 ** 32;

function knownSql({ columns, timestamp, knownAfter }: FeatureSetSpec): string {
  const time = identifier(timestamp);
  const happened = `EPOCH_US(${columns[timestamp] === 'DATE' ? `CAST(${time} AS TIMESTAMP)` : time})`;
  if (knownAfter === undefined) return happened;
  if (typeof knownAfter === 'string') return `${happened} + ${lagOf(knownAfter)}`;
  const { minutes } = knownAfter;
  // Never before it happened: half of a number and its absolute value is the number, or 0 where that is negative.
  return `${happened} + CAST(CEIL(((${minutes}) + ABS(${minutes})) / 2) AS BIGINT) * 60000000`;
}

function lagOf(knownAfter: string | undefined): bigint {
  return knownAfter === undefined ? 0n : microsecondsOf(knownAfter, 'knownAfter');
}

function ascending(a: bigint, b: bigint): number {
  return a < b ? -1 : Number(a > b);
}
