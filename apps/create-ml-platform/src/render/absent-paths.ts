import { isObject, type Json, type JsonObject } from './json.ts';

/**
 * A config without the paths that the project lacks: entries of lists, keys of maps, and objects in a list whose
 * `path` or `includes` was nothing else. Returns the same object when there is nothing to drop.
 */
export function dropAbsentPaths(config: JsonObject, absent: readonly string[]): JsonObject {
  const kept = prune(config, absent);
  return JSON.stringify(kept) === JSON.stringify(config) ? config : kept;
}

function prune(value: JsonObject, absent: readonly string[]): JsonObject {
  const entries = Object.entries(value).filter(([key]) => !isAbsent(key, absent));
  return Object.fromEntries(entries.map(([key, item]) => [key, pruneItem(item, absent)]));
}

function pruneItem(item: Json, absent: readonly string[]): Json {
  if (isObject(item)) return prune(item, absent);
  if (!Array.isArray(item)) return item;
  return item.filter((element) => !isGone(element, absent)).map((element) => pruneItem(element, absent));
}

function isGone(element: Json, absent: readonly string[]): boolean {
  if (typeof element === 'string') return isAbsent(element, absent);
  if (!isObject(element)) return false;
  const { path, includes } = element;
  if (typeof path === 'string') return isAbsent(path, absent);
  return Array.isArray(includes) && includes.length > 0 && includes.every((entry) => isGone(entry, absent));
}

/** Whether the part of a path or glob before its first wildcard lies in one of the absent paths. */
function isAbsent(pattern: string, absent: readonly string[]): boolean {
  // Most strings of a config are no such path: the first look is the cheap one.
  if (!absent.some((path) => pattern.includes(path))) return false;
  const literal = pattern.replace(/^!*(?:\{workspaceRoot\}\/|\.?\/)?/, '').replace(/\/?[*?{[].*$/, '');
  return absent.some((path) => literal === path || literal.startsWith(`${path}/`));
}
