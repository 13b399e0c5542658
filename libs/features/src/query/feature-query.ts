import { EVENT_TIME, FEATURE_TIME } from '../definition/feature-set.ts';
import { canonicalType } from '../definition/sql-types.ts';
import { timestampText } from '../definition/times.ts';
import { identifier, identifiers } from '../duckdb/quote.ts';
import type { Measure, Plan } from './plan.ts';

/** Microseconds since 1970: from the first, to before the second. */
export interface Span {
  readonly from: bigint;
  readonly until: bigint;
}

/** Column with the number that stands for an entity's key while a table is built. */
export const ENTITY = 'entity__';

/**
 * SQL for the table of a set: a row per entity and time at which a value may change, so that the last row that isn't after
 * a time holds the values of that time. In DuckDB's words, and of these only such as other engines have an equal of.
 *
 * @param source what may follow FROM, with the events.
 * @param span the rows that are wanted, by their time; all unless given.
 */
export function featureQuery(plan: Plan, source: string, span?: Span): string {
  const latest = plan.latest.size > 0 ? { latest: latestSql(plan) } : {};
  const table = { points: pointsSql(plan, span), rolled: rolledSql(plan), valued: valuedSql(plan, span) };
  const parts = { ...eventParts(plan, source, span), buckets: bucketsSql(plan), ...latest, ...table };
  return `${withParts(parts)}\n${resultSql(plan)}`;
}

/**
 * SQL for the first half of the way: what events that become known together come to, and how many they are. Those without a
 * key or a time are left out only of the second half: DuckDB is a quarter slower where events are filtered.
 */
export function bucketQuery(plan: Plan, source: string, span?: Span): string {
  return `${withParts(eventParts(plan, source, span, 'true'))}\n${bucketsSql(plan, ['COUNT(*) AS events__'])}`;
}

/** SQL for the latest of events that become known together. */
export function latestQuery(plan: Plan, source: string, span?: Span): string {
  return `${withParts(eventParts(plan, source, span))}\n${latestSql(plan)}`;
}

/** SQL for the number of events with a key and a time, over the table `all_buckets` that the first half left. */
export function eventCountQuery(plan: Plan): string {
  return `SELECT SUM(events__)::DOUBLE AS events FROM all_buckets WHERE at__ IS NOT NULL AND ${keysPresent(plan)}`;
}

/** SQL for numbers of entities, in the order of their keys, over the same table. */
export function entityQuery(plan: Plan): string {
  const keys = identifiers(plan.keys);
  const present = `SELECT DISTINCT ${keys} FROM all_buckets WHERE ${keysPresent(plan)}`;
  return `SELECT CAST(ROW_NUMBER() OVER (ORDER BY ${keys}) AS INTEGER) AS ${ENTITY}, ${keys} FROM (${present})`;
}

/** SQL for buckets by numbers of entities, which are sorted and compared in no time. */
export function entityBucketQuery({ keys, measures, ttl }: Plan): string {
  const values = [...(ttl === undefined ? [] : ['last__']), ...measures.map(({ name }) => name)];
  return `SELECT ${[ENTITY, 'at__', ...values].join(', ')} FROM all_buckets JOIN entities USING (${identifiers(keys)})
    WHERE at__ IS NOT NULL`;
}

/** SQL for the windows' columns at each time of a span, over the table `entity_buckets`. */
export function windowQuery(plan: Plan, span: Span): string {
  const buckets = `SELECT * FROM entity_buckets WHERE ${within('at__', reached(plan, span))}`;
  const entities = { ...plan, keys: [ENTITY] };
  const parts = { buckets, points: pointsSql(entities, span), rolled: rolledSql(entities) };
  return `${withParts(parts)} SELECT * FROM rolled WHERE ${within('at__', span)}`;
}

/** SQL for the sorted rows of a span, over what gives {@link windowQuery}'s columns and the tables `entities` and `latest`. */
export function tableQuery(plan: Plan, windows: string, span: Span): string {
  const rolled = `SELECT * FROM (${windows}) AS windows JOIN entities USING (${ENTITY}) WHERE ${within('at__', span)}`;
  const valued = valuedSql(plan, undefined, [`rolled.${ENTITY}`]);
  return `${withParts({ rolled, valued })}\n${resultSql(plan)} ORDER BY ${ENTITY}, at__`;
}

function eventParts(
  plan: Plan,
  source: string,
  span: Span | undefined,
  present = `known__ IS NOT NULL AND ${keysPresent(plan)}`,
): Record<string, string> {
  return {
    source_rows: sourceSql(plan, source, span),
    known: `SELECT *, ${plan.known} AS known__ FROM source_rows`,
    placed: `SELECT *, ${placeSql(plan)} AS at__ FROM known WHERE ${present}`,
    events: eventsSql(plan, span && reached(plan, span)),
  };
}

function withParts(parts: Readonly<Record<string, string>>): string {
  const named = Object.entries(parts).map(([name, sql]) => `${name} AS (\n  ${sql}\n)`);
  return `WITH ${named.join(', ')}`;
}

/** The times of events that rows of a span are made of. */
export function reached({ lookBack }: Plan, { from, until }: Span): Span {
  return { from: from - lookBack, until };
}

export function within(time: string, { from, until }: Span): string {
  return `${time} >= ${from} AND ${time} < ${until}`;
}

/** An event is known when it has happened, or later: of what happened after a span nothing counts, so it isn't read. */
function sourceSql({ set, lookBack, every = 0n, constantLag }: Plan, source: string, span: Span | undefined): string {
  const columns = Object.entries(set.columns).map(
    ([name, type]) => `CAST(${identifier(name)} AS ${canonicalType(type)}) AS ${identifier(name)}`,
  );
  const at = (microseconds: bigint) => `TIMESTAMP '${timestampText(microseconds)}'`;
  const bounds = span && [
    `${identifier(set.timestamp)} < ${at(span.until)}`,
    ...(constantLag === undefined
      ? []
      : [`${identifier(set.timestamp)} >= ${at(span.from - lookBack - every - constantLag)}`]),
  ];
  return `SELECT ${columns.join(', ')} FROM ${source}${bounds ? ` WHERE ${bounds.join(' AND ')}` : ''}`;
}

/** The first time, of those at which values change, that isn't before the event is known; in this form for times before 1970 too. */
function placeSql({ every }: Plan): string {
  return every === undefined ? 'known__' : `known__ + (${every} - known__ % ${every}) % ${every}`;
}

/** What every row of a table has. */
function keysPresent({ keys }: Plan): string {
  return keys.map((key) => `${identifier(key)} IS NOT NULL`).join(' AND ');
}

function eventsSql({ measures, latest }: Plan, span: Span | undefined): string {
  const values = [
    ...measures.map(({ name, sql }) => `${sql} AS ${name}`),
    ...[...latest.values()].map((sql, index) => `(${sql}) AS latest${index}__`),
  ];
  return `SELECT ${['*', ...values].join(', ')} FROM placed${span ? ` WHERE ${within('at__', span)}` : ''}`;
}

/** Of events that become known together, the one that happened last; of these, the one with the greatest values. */
function latestSql({ set, keys, latest }: Plan): string {
  const others = Object.keys(set.columns).filter((name) => name !== set.timestamp && !keys.includes(name));
  const order = ['known__', identifier(set.timestamp), ...others.map(identifier)];
  const newest = order.map((column) => `${column} DESC NULLS LAST`).join(', ');
  const place = `ROW_NUMBER() OVER (PARTITION BY ${identifiers(keys)}, at__ ORDER BY ${newest}) AS place__`;
  const values = [...latest].map((_, index) => `latest${index}__`);
  return `SELECT ${identifiers(keys)}, at__, ${values.join(', ')} FROM (SELECT *, ${place} FROM events) AS numbered WHERE place__ = 1`;
}

function bucketsSql({ keys, measures, ttl }: Plan, more: readonly string[] = []): string {
  const last = ttl === undefined ? [] : ['MAX(known__) AS last__'];
  const values = ['at__', ...last, ...measures.map(combined), ...more];
  return `SELECT ${identifiers(keys)}, ${values.join(', ')} FROM events GROUP BY ${identifiers(keys)}, at__`;
}

function combined({ name, aggregate, integer }: Measure): string {
  const value = `${aggregate}(${name})`;
  return `${integer ? `CAST(${value} AS BIGINT)` : value} AS ${name}`;
}

/** Beside the times of events, those at which an event leaves a window: mostly they are the same. */
function pointsSql({ keys, measures, spans, ttl }: Plan, span: Span | undefined): string {
  const values = [...(ttl === undefined ? [] : ['last__']), ...measures.map(({ name }) => name)];
  const own = `SELECT ${identifiers(keys)}, ${['at__', ...values].join(', ')} FROM buckets`;
  if (spans.length === 0) return own;
  const ends = spans.map((by) => {
    const same = keys.map((key) => `other.${identifier(key)} = event.${identifier(key)}`);
    const at = `event.at__ + ${by}`;
    const columns = [...keys.map((key) => `event.${identifier(key)}`), `${at} AS at__`];
    const where = ['other.at__ IS NULL', ...(span ? [within(at, span)] : [])];
    return `SELECT ${columns.join(', ')} FROM buckets AS event
      LEFT JOIN buckets AS other ON ${[...same, `other.at__ = ${at}`].join(' AND ')} WHERE ${where.join(' AND ')}`;
  });
  return `${own}
  UNION ALL SELECT ${identifiers(keys)}, ${['at__', ...values.map(() => 'NULL')].join(', ')}
  FROM (
    SELECT DISTINCT ${identifiers(keys)}, at__ FROM (
      ${ends.join('\n      UNION ALL ')}
    ) AS ends
  ) AS distinct_ends`;
}

function rolledSql({ keys, rolled, latest, lookBack, ttl }: Plan): string {
  const over = (span: bigint) =>
    `OVER (PARTITION BY ${identifiers(keys)} ORDER BY at__ NULLS FIRST RANGE BETWEEN ${span - 1n} PRECEDING AND CURRENT ROW)`;
  const values = [
    ...(ttl === undefined ? [] : [`MAX(last__) ${over(lookBack)} AS last__`]),
    ...(latest.size > 0 ? [`MAX(CASE WHEN last__ IS NOT NULL THEN at__ END) ${over(lookBack)} AS latest_at__`] : []),
    ...[...rolled].map(([name, { measure, over: span }]) => {
      const value = `${measure.aggregate}(${measure.name}) ${over(span)}`;
      return `${measure.integer ? `CAST(${value} AS BIGINT)` : value} AS ${name}`;
    }),
  ];
  return `SELECT ${identifiers(keys)}, at__, ${values.join(', ')} FROM points`;
}

function valuedSql(
  { set, keys, windows, latest, ttl }: Plan,
  span: Span | undefined,
  more: readonly string[] = [],
): string {
  const typed = (name: string, sql: string) =>
    `CAST(${sql} AS ${canonicalType(set.features[name]?.type ?? '')}) AS ${identifier(name)}`;
  const own = (name: string) => `rolled.${identifier(name)}`;
  const values = [
    ...[...windows].map(([name, sql]) => typed(name, sql)),
    ...[...latest.keys()].map((name, index) => typed(name, `latest.latest${index}__`)),
  ];
  const same = [...keys.map((key) => `latest.${identifier(key)} = ${own(key)}`), 'latest.at__ = rolled.latest_at__'];
  const join = latest.size > 0 ? ` LEFT JOIN latest ON ${same.join(' AND ')}` : '';
  const times = ['rolled.at__', ...(ttl === undefined ? [] : ['rolled.last__'])];
  const where = span ? ` WHERE ${within('rolled.at__', span)}` : '';
  return `SELECT ${[...more, ...keys.map(own), ...times, ...values].join(', ')} FROM rolled${join}${where}`;
}

function resultSql({ set, keys, ttl }: Plan): string {
  const values = Object.entries(set.features).map(([name, feature]) =>
    'sql' in feature
      ? `CAST((${feature.sql}) AS ${canonicalType(feature.type)}) AS ${identifier(name)}`
      : identifier(name),
  );
  const times = [
    `MAKE_TIMESTAMP(at__) AS ${FEATURE_TIME}`,
    ...(ttl === undefined ? [] : [`MAKE_TIMESTAMP(last__) AS ${EVENT_TIME}`]),
  ];
  return `SELECT ${identifiers(keys)}, ${[...times, ...values].join(', ')} FROM valued`;
}
