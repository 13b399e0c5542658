import { OWN_MANIFEST } from '../features.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { compareAsNpm } from './npm-order.ts';

const DEPENDENCY_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
] as const satisfies readonly string[];

/** A workspace's package.json with dependencies in npm's order, so that its next `npm install` moves no line. */
export function sortDependencies(manifest: JsonObject): JsonObject {
  const sorted = { ...manifest };
  for (const field of DEPENDENCY_FIELDS) {
    const map = manifest[field];
    if (isObject(map)) sorted[field] = sortKeys(map);
  }
  return sorted;
}

/** The root's package.json without what only this repository needs. */
export function projectManifest(manifest: JsonObject): JsonObject {
  const fields: readonly string[] = OWN_MANIFEST.fields;
  const kept = Object.fromEntries(Object.entries(manifest).filter(([field]) => !fields.includes(field)));
  dropKeys(kept, 'scripts', OWN_MANIFEST.scripts);
  dropKeys(kept, 'devDependencies', OWN_MANIFEST.devDependencies);
  return kept;
}

/** Keeps the `allowScripts` entries of packages that are still in the lock file, whose paths these are. */
export function keepAllowedScripts(manifest: JsonObject, paths: readonly string[]): JsonObject {
  const allowed = manifest.allowScripts;
  if (!isObject(allowed)) return manifest;
  const kept = Object.entries(allowed).filter(([name]) => paths.some((path) => isPackage(path, name)));
  return { ...manifest, allowScripts: Object.fromEntries(kept) };
}

function isPackage(path: string, name: string): boolean {
  return path === `node_modules/${name}` || path.endsWith(`/node_modules/${name}`);
}

function dropKeys(manifest: JsonObject, field: string, keys: readonly string[]): void {
  const map = manifest[field];
  if (!isObject(map)) return;
  const kept = Object.entries(map).filter(([key]) => !keys.includes(key));
  if (kept.length > 0) manifest[field] = Object.fromEntries(kept);
  else delete manifest[field];
}

function sortKeys(map: JsonObject): JsonObject {
  const entries: [string, Json][] = Object.entries(map);
  return Object.fromEntries(entries.sort(([a], [b]) => compareAsNpm(a, b)));
}
