import { PlatformError } from '@ml-platform/errors';
import { type FeatureSetSpec, keyNames } from '../definition/feature-set.ts';
import { fingerprintOf } from '../definition/fingerprint.ts';
import type { SqlType } from '../definition/sql-types.ts';

export type Value = string | number | boolean | null;

/** What is stored of an entity: as of which time, then its values in the order of the definition. */
export type Stored = readonly [asOf: string, ...values: Value[]];

/** Where values of a set lie. A changed definition has a place of its own, so that who still reads by the old one reads on. */
export function placeOf(prefix: string, set: FeatureSetSpec): string {
  return `${prefix}:${set.name}:${fingerprintOf(set)}`;
}

/**
 * The key of an entity: its parts can't be mistaken for one another, whatever they hold.
 *
 * @throws PlatformError `data` for a part that is missing.
 */
export function redisKey(place: string, set: FeatureSetSpec, key: Readonly<Record<string, unknown>>): string {
  const parts = keyNames(set).map((name) => {
    const value = key[name];
    if (value !== undefined && value !== null) return encodeURIComponent(String(value));
    throw new PlatformError(`a key of ${set.name} has no ${name}: ${JSON.stringify(key, bigintText)}`, {
      code: 'data',
      hint: `a key is { ${keyNames(set).join(', ')} }`,
    });
  });
  return `${place}:${parts.join(':')}`;
}

function bigintText(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

export function encodeStored(asOf: string, values: readonly Value[]): string {
  return JSON.stringify([asOf, ...values.map((value) => (isNoJson(value) ? String(value) : value))]);
}

/** @throws PlatformError `data` for text that wasn't written by this library. */
export function decodeStored(text: string, set: FeatureSetSpec): { readonly asOf: string; readonly values: Value[] } {
  const types = Object.values(set.features).map(({ type }) => type);
  try {
    const [asOf, ...values] = JSON.parse(text) as Stored;
    if (values.length !== types.length) throw new Error(`${values.length} values, expected ${types.length}`);
    return { asOf, values: values.map((value, index) => (isText(types[index]) ? value : numberOf(value))) };
  } catch (cause) {
    throw new PlatformError(`the online store holds no values of ${set.name}: ${text.slice(0, 80)}`, {
      code: 'data',
      hint: 'something else writes there: choose another prefix in openOnlineStore(url, { prefix })',
      cause,
    });
  }
}

/**
 * A value of DuckDB's as one of JavaScript's.
 *
 * @throws PlatformError `data` for an integer that a number can't hold.
 */
export function toValue(raw: unknown, feature: string): Value {
  // JSON has one zero.
  if (typeof raw !== 'bigint') return Object.is(raw, -0) ? 0 : ((raw ?? null) as Value);
  const value = Number(raw);
  if (Number.isSafeInteger(value)) return value;
  throw new PlatformError(`the feature ${feature} is ${raw}, more than a number holds exactly`, {
    code: 'data',
    hint: 'declare it as DOUBLE, or as VARCHAR with a cast',
  });
}

/** SQL for a feature's value as it is stored. */
export function storedSql(column: string, type: SqlType): string {
  if (isText(type) && type !== 'VARCHAR') return `CAST(${column} AS VARCHAR)`;
  return type === 'FLOAT' || type.startsWith('DECIMAL') ? `CAST(${column} AS DOUBLE)` : column;
}

function isText(type: SqlType | undefined): boolean {
  return type === 'VARCHAR' || type === 'DATE' || type === 'TIMESTAMP';
}

/** NaN and infinities, which JSON has no word for. */
function isNoJson(value: Value): boolean {
  return typeof value === 'number' && !Number.isFinite(value);
}

function numberOf(value: Value): Value {
  return typeof value === 'string' ? Number(value) : value;
}
