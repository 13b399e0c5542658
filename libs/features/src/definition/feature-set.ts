import { PlatformError } from '@ml-platform/errors';
import { z } from 'zod';
import { type Duration, microsecondsOf } from './duration.ts';
import { type KeyType, keyType, type SqlType, sqlType, type ValueOf } from './sql-types.ts';

/** Columns of a table beside keys and features: from when its values hold and, where there is a ttl, the last event's time. */
export const FEATURE_TIME = 'feature_time';
export const EVENT_TIME = 'event_time';

interface Described {
  readonly type: SqlType;
  /** What the value says, with its unit: the catalog shows it. */
  readonly description: string;
}

/** A value of the latest event that is known. */
export interface LatestFeature extends Described {
  readonly latest: string;
}

/** A value of the events that became known within a duration before now: `(now - over, now]`. */
export type WindowFeature = Described & { readonly over: Duration } & (
    | { readonly count: string }
    | { readonly sum: string }
    | { readonly mean: string }
    | { readonly min: string }
    | { readonly max: string }
  );

/** A value of other features of the set. */
export interface DerivedFeature extends Described {
  readonly sql: string;
}

export type Feature = LatestFeature | WindowFeature | DerivedFeature;

export interface FeatureSetSpec {
  /** In snake case: it names tables, files and keys of the online store. */
  readonly name: string;
  readonly description: string;
  /** Who answers for it. */
  readonly owner?: string;
  /** What the values are about, and the columns that tell one from another. */
  readonly entity: { readonly name: string; readonly key: Readonly<Record<string, KeyType>> };
  /** The columns of an event that expressions use, keys and timestamp among them. */
  readonly columns: Readonly<Record<string, SqlType>>;
  /** The column that says when an event happened. */
  readonly timestamp: string;
  /** How long after its timestamp the values of an event are known: a duration, or SQL for a number of minutes. None unless given. */
  readonly knownAfter?: Duration | { readonly minutes: string };
  /** Values change on the full hour, say; at each event unless given. Windows are whole multiples of it. */
  readonly every?: Duration;
  /** After so long without an event, an entity has no values. */
  readonly ttl?: Duration;
  readonly features: Readonly<Record<string, Feature>>;
}

/** A definition that was checked as far as that goes without DuckDB; the specification itself, with its types. */
export type FeatureSet<Spec extends FeatureSetSpec = FeatureSetSpec> = Spec;

/** An entity's key, as it is asked for. */
export type EntityKey<Set extends FeatureSetSpec> = {
  readonly [Name in keyof Set['entity']['key']]: Set['entity']['key'][Name] extends 'BIGINT'
    ? number | bigint
    : ValueOf<Set['entity']['key'][Name]>;
};

/** An entity's values; one that isn't known is null. */
export type FeatureValues<Set extends FeatureSetSpec> = {
  readonly [Name in keyof Set['features']]: ValueOf<Set['features'][Name]['type']> | null;
};

const NAME = /^[a-z][a-z0-9_]{0,62}$/;
const KINDS = ['latest', 'count', 'sum', 'mean', 'min', 'max', 'sql'] as const;
export type FeatureKind = (typeof KINDS)[number];

const name = z
  .string()
  .regex(NAME, { error: ({ input }) => `'${input}' is no name, expected snake case as in late_rate_24h` });
const text = z.string().trim().min(1);
const feature = z
  .strictObject({
    ...Object.fromEntries(KINDS.map((kind) => [kind, text.optional()])),
    over: z.string().optional(),
    type: sqlType,
    description: text,
  })
  .superRefine((given, context) => {
    const kinds = KINDS.filter((kind) => kind in given);
    const [kind] = kinds;
    if (kind === undefined || kinds.length > 1) {
      const found = kinds.join(' and ') || 'none';
      context.addIssue({ code: 'custom', message: `has ${found} of ${KINDS.join(', ')}, expected one` });
    } else if (isWindow(kind) !== 'over' in given) {
      const problem = isWindow(kind) ? `${kind} needs over: a duration` : `over is for windows, and ${kind} is none`;
      context.addIssue({ code: 'custom', message: problem });
    }
  });

const schema = z
  .strictObject({
    name,
    description: text,
    owner: text.optional(),
    entity: z.strictObject({ name: text, key: z.record(text, keyType) }),
    columns: z.record(text, sqlType),
    timestamp: text,
    knownAfter: z.union([z.string(), z.strictObject({ minutes: text })]).optional(),
    every: z.string().optional(),
    ttl: z.string().optional(),
    features: z.record(name, feature),
  })
  .superRefine(({ entity: { key }, columns, timestamp, features }, context) => {
    const refuse = (path: string[], message: string) => context.addIssue({ code: 'custom', path, message });
    if (Object.keys(key).length === 0) refuse(['entity', 'key'], 'is empty, expected a column');
    if (Object.keys(features).length === 0) refuse(['features'], 'is empty, expected a feature');
    if (!Object.values(features).some((one) => !('sql' in one)))
      refuse(['features'], 'are of each other alone, expected one of events: latest, count, sum, mean, min, max');
    for (const column of [...Object.keys(columns), ...Object.keys(features)]) {
      if (column.endsWith('__')) refuse(['columns', column], 'ends with __, as columns of our own do');
    }
    for (const [column, type] of Object.entries(key)) {
      if (columns[column] !== type) refuse(['entity', 'key', column], `is no ${type} among the columns`);
    }
    if (!['TIMESTAMP', 'DATE'].includes(columns[timestamp] ?? ''))
      refuse(['timestamp'], `'${timestamp}' is no TIMESTAMP or DATE among the columns`);
    for (const taken of [...Object.keys(features), ...Object.keys(key)]) {
      if ([FEATURE_TIME, EVENT_TIME].includes(taken) || (taken in features && taken in key))
        refuse(['features', taken], 'has a name that is taken: keys, feature_time and event_time are columns as well');
    }
  });

/**
 * Defines features once, for training and for serving: of which events, by which SQL, known from when.
 *
 * Its value at a time T is that of the events that were known at T: those whose timestamp and `knownAfter` are not after it.
 *
 * @throws PlatformError `config` for a definition that can't hold; the SQL itself is asked of DuckDB by {@link checkFeatureSet}.
 *
 * @example
 * ```ts
 * const orders = defineFeatureSet({
 *   name: 'customer_orders',
 *   description: 'What a customer ordered lately',
 *   entity: { name: 'customer', key: { customer: 'BIGINT' } },
 *   columns: { customer: 'BIGINT', ordered: 'TIMESTAMP', amount: 'DECIMAL(18,2)' },
 *   timestamp: 'ordered',
 *   ttl: '90 days',
 *   features: {
 *     orders_7d: { count: '*', over: '7 days', type: 'BIGINT', description: 'orders' },
 *     amount_30d: { sum: 'amount', over: '30 days', type: 'DOUBLE', description: 'spent, in EUR' },
 *   },
 * });
 * ```
 */
export function defineFeatureSet<const Spec extends FeatureSetSpec>(spec: Spec): FeatureSet<Spec> {
  const parsed = schema.safeParse(spec);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join('.');
    throw badSet(spec, `${path ? `${path}: ` : ''}${issue?.message}`);
  }
  checkDurations(spec);
  return spec;
}

/** Names of the key's columns, in the order of the definition. */
export function keyNames(set: FeatureSetSpec): string[] {
  return Object.keys(set.entity.key);
}

/** By which of its fields a feature is computed. */
export function kindOf(feature: Feature): FeatureKind {
  const kind = KINDS.find((one) => one in feature);
  if (kind === undefined) throw new Error('a feature was not checked by defineFeatureSet');
  return kind;
}

/** The SQL of a feature, as it was written. */
export function expressionOf(feature: Feature): string {
  return (feature as unknown as Record<FeatureKind, string>)[kindOf(feature)];
}

export function isWindow(kind: FeatureKind): boolean {
  return kind !== 'latest' && kind !== 'sql';
}

/** A definition that is wrong, by its name. */
export function badSet({ name }: Pick<FeatureSetSpec, 'name'>, problem: string, cause?: unknown): PlatformError {
  return new PlatformError(`feature set ${name}: ${problem}`, {
    code: 'config',
    hint: 'correct its defineFeatureSet(…)',
    cause,
  });
}

function checkDurations(spec: FeatureSetSpec): void {
  const where = (key: string) => `feature set ${spec.name}: ${key}`;
  const every = spec.every === undefined ? undefined : microsecondsOf(spec.every, where('every'));
  if (spec.ttl !== undefined) microsecondsOf(spec.ttl, where('ttl'));
  if (typeof spec.knownAfter === 'string') microsecondsOf(spec.knownAfter, where('knownAfter'));
  for (const [name, feature] of Object.entries(spec.features)) {
    if ('latest' in feature && spec.ttl === undefined)
      throw badSet(spec, `features.${name}: latest needs a ttl: how far back may the latest event lie?`);
    if (!('over' in feature)) continue;
    const over = microsecondsOf(feature.over, where(`features.${name}.over`));
    if (every !== undefined && over % every !== 0n)
      throw badSet(spec, `features.${name}: over '${feature.over}' is no whole multiple of every '${spec.every}'`);
  }
}
