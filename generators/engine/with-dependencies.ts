import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What generated steps import, in the versions that every project of the workspace has. */
const VERSIONS = fileURLToPath(new URL('./versions.json', import.meta.url));

/**
 * A package.json with what steps import among its dependencies, and libraries of the workspace; what is there keeps its
 * version.
 */
export function withDependencies(manifest: string, libraries: readonly string[] = []): string {
  const parsed = JSON.parse(manifest) as { dependencies?: Record<string, string> };
  const own = libraries.map((library) => [`@ml-platform/${library}`, '*']);
  const versions: Record<string, string> = {
    ...(JSON.parse(readFileSync(VERSIONS, 'utf8')) as Record<string, string>),
    ...Object.fromEntries(own),
  };
  const { dependencies = {} } = parsed;
  if (Object.keys(versions).every((name) => name in dependencies)) return manifest;
  const all = Object.entries({ ...versions, ...dependencies }).sort(([one], [other]) => (one < other ? -1 : 1));
  return `${JSON.stringify({ ...parsed, dependencies: Object.fromEntries(all) }, null, 2)}\n`;
}
