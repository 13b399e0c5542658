import { ENTITY, reached, type Span, within } from '../query/feature-query.ts';
import type { Measure, Plan } from '../query/plan.ts';
import type { RollingSum } from './rolling-sums.ts';

/** What a table of rolling sums is read from and what its columns are, where windows hold nothing but sums. */
export interface RollingPlan {
  /** SQL over a bucket, with integers that are never null. */
  readonly values: readonly string[];
  readonly sums: readonly RollingSum[];
  /** Names of the columns of these sums. */
  readonly names: readonly string[];
  /** SQL over them for the columns of `windowQuery`. */
  readonly columns: readonly string[];
}

/** So many digits after the point, and as many before it, has a number of 64 bits. */
const MOST_DIGITS = 18;

/** How to go through buckets once and add up, in place of windows in SQL; nothing where a window holds a minimum, say. */
export function rollingPlan({ measures, rolled, every = 1n }: Plan): RollingPlan | undefined {
  if (measures.some(({ aggregate, scale }) => aggregate !== 'SUM' || scale > MOST_DIGITS)) return undefined;
  const counts = measures.filter(({ positive }) => !positive);
  const sums = [...rolled].flatMap(([name, { measure, over }]) => {
    const sum = { name, column: measures.indexOf(measure), over: Number(over / every) };
    const count = { ...sum, name: countOf(name), column: measures.length + counts.indexOf(measure) };
    return measure.positive ? [sum] : [sum, count];
  });
  return {
    values: [
      ...measures.map(({ name, scale }) => `CAST(COALESCE(${wholeSql(name, scale)}, 0) AS BIGINT)`),
      ...counts.map(({ name }) => `CAST(${name} IS NOT NULL AS BIGINT)`),
    ],
    sums,
    names: sums.map(({ name }) => name),
    columns: [...rolled].map(([name, { measure }]) => `${columnSql(name, measure)} AS ${name}`),
  };
}

/** How times of a span are counted: steps of `every`, or of a microsecond, from a time on. */
export function stepsOf({ every = 1n }: Plan, { from, until }: Span): { start: bigint; step: bigint; until: number } {
  const start = from - (((from % every) + every) % every);
  return { start, step: every, until: Number(until - start) / Number(every) };
}

/** SQL for a span's buckets, by entity and step; in microseconds is only the last event's time. */
export function bucketRowsQuery(plan: Plan, { values }: RollingPlan, span: Span): string {
  const { start, step } = stepsOf(plan, span);
  const wanted = reached(plan, span);
  // Small numbers are sorted in two thirds of the time.
  const type = (wanted.until - wanted.from) / step < 2n ** 30n ? 'INTEGER' : 'BIGINT';
  const last = plan.ttl === undefined ? [] : ['last__'];
  const own = values.map((sql, index) => `${sql} AS v${index}__`);
  const sorted = [ENTITY, `CAST((at__ - ${start}) // ${step} AS ${type}) AS time__`, ...last, ...own].join(', ');
  const since = last.map((column) => `CAST(${column} - ${start} AS DOUBLE)`);
  const columns = [ENTITY, 'CAST(time__ AS DOUBLE)', ...since, ...values.map((_, index) => `v${index}__`)].join(', ');
  return `SELECT ${columns} FROM (
    SELECT ${sorted} FROM entity_buckets WHERE ${within('at__', wanted)} ORDER BY ${ENTITY}, time__)`;
}

/** SQL for the columns of a table of rolling sums: those of `windowQuery`. */
export function rolledTableQuery(plan: Plan, { columns }: RollingPlan, table: string, span: Span): string {
  const { ttl, latest, lookBack } = plan;
  const { start, step } = stepsOf(plan, span);
  const timeOf = (column: string) => `${start} + CAST(${column} AS BIGINT) * ${step}`;
  const recent = (sql: string) => `CASE WHEN (time__ - newest__) * ${step} < ${lookBack} THEN ${sql} END`;
  const times = [
    `${timeOf('time__')} AS at__`,
    ...(ttl === undefined ? [] : [`${recent(`${start} + CAST(last__ AS BIGINT)`)} AS last__`]),
    ...(latest.size > 0 ? [`${recent(timeOf('newest__'))} AS latest_at__`] : []),
  ];
  return `SELECT ${[ENTITY, ...times, ...columns].join(', ')} FROM ${table}`;
}

/** Whether numbers of 64 bits hold every sum: SQL over all buckets. */
export function fitsSql({ measures }: Plan): string {
  const sums = measures.filter(({ aggregate }) => aggregate === 'SUM');
  const sizes = sums.map(({ name, scale }) => `COALESCE(SUM(ABS(CAST(${name} AS DOUBLE))), 0) * 1e${scale}`);
  return sizes.map((size) => `${size} < 9e18`).join(' AND ') || 'true';
}

function columnSql(name: string, { positive, scale }: Measure): string {
  if (positive) return `NULLIF(${name}, 0)`;
  return `CASE WHEN ${countOf(name)} > 0 THEN ${scale === 0 ? name : decimalSql(name, scale)} END`;
}

/** A decimal as a number of its last digit's units, and back. */
function wholeSql(name: string, scale: number): string {
  return scale === 0 ? name : `${name} * CAST(1e${scale} AS DECIMAL(${scale + 1}, 0))`;
}

function decimalSql(name: string, scale: number): string {
  const unit = `CAST('1e-${scale}' AS DECIMAL(${scale + 1}, ${scale}))`;
  return `CAST(CAST(${name} AS DECIMAL(19, 0)) * ${unit} AS DECIMAL(38, ${scale}))`;
}

/** In windows with how many buckets' values a sum is of. */
function countOf(name: string): string {
  return `${name}_n`;
}
