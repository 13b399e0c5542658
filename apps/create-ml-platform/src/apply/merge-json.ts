import { isDeepStrictEqual } from 'node:util';
import { isObject, type Json, type JsonObject, printJson } from '../render/json.ts';

const CONFLICT = Symbol('conflict');

type Side = Json | undefined;

/**
 * Merges three versions of a JSON file key by key; undefined where both sides changed one value differently, or where
 * a side is no JSON. A list is one value: its order may matter.
 */
export function mergeJsonTexts(base: string, ours: string, theirs: string): string | undefined {
  try {
    const merged = merge(JSON.parse(base), JSON.parse(ours), JSON.parse(theirs));
    return merged === CONFLICT || merged === undefined ? undefined : printJson(merged);
  } catch {
    return undefined;
  }
}

function merge(base: Side, ours: Side, theirs: Side): Side | typeof CONFLICT {
  if (isDeepStrictEqual(ours, theirs) || isDeepStrictEqual(base, theirs)) return ours;
  if (isDeepStrictEqual(base, ours)) return theirs;
  if (!isObject(ours) || !isObject(theirs)) return CONFLICT;
  return mergeKeys(isObject(base) ? base : {}, ours, theirs);
}

function mergeKeys(base: JsonObject, ours: JsonObject, theirs: JsonObject): JsonObject | typeof CONFLICT {
  const merged: JsonObject = {};
  for (const key of new Set([...Object.keys(ours), ...Object.keys(theirs)])) {
    const value = merge(base[key], ours[key], theirs[key]);
    if (value === CONFLICT) return CONFLICT;
    if (value !== undefined) merged[key] = value;
  }
  return merged;
}
