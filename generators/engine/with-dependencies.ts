import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** Versions that every project of a workspace is to have the same of. */
const VERSIONS = fileURLToPath(new URL('./versions.json', import.meta.url));

/** A package.json with these packages among its dependencies, in order; one that is there keeps its version. */
export function withDependencies(manifest: string, names: readonly string[]): string {
  const parsed = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  const versions = JSON.parse(readFileSync(VERSIONS, 'utf8')) as Record<string, string>;
  const { dependencies = {} } = parsed;
  const missing = names.filter((name) => !(name in dependencies));
  if (missing.length === 0) return manifest;
  const added = missing.map((name) => [name, versions[name] ?? '*']);
  const all = Object.entries({ ...dependencies, ...Object.fromEntries(added) });
  const sorted = all.sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify({ ...parsed, dependencies: Object.fromEntries(sorted) }, null, 2)}\n`;
}
