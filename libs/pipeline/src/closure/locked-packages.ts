import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

interface LockedPackage {
  readonly version?: string;
  readonly integrity?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/**
 * What the workspace's package-lock.json says of npm packages and of all that they depend on, one `path@version hash`
 * each, sorted. Of a package that is locked in several versions, each is listed.
 */
export function lockedPackages(names: readonly string[], workspace: string): string[] {
  const file = join(workspace, 'package-lock.json');
  if (!existsSync(file)) return [];
  const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as { packages?: Record<string, LockedPackage> };
  const byName = Map.groupBy(Object.entries(packages), ([path]) => path.slice(path.lastIndexOf('node_modules/') + 13));
  const seen = new Set<string>();
  const lines: string[] = [];
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const [path, { version, integrity, dependencies, optionalDependencies }] of byName.get(name) ?? []) {
      lines.push(`${path}@${version} ${integrity}`);
      for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) visit(needed);
    }
  };
  for (const name of names) visit(name);
  return lines.sort();
}
