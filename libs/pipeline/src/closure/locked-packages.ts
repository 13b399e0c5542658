import { readFileSync, statSync } from 'node:fs';
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
  const byName = readLock(join(workspace, 'package-lock.json'));
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

type ByName = ReadonlyMap<string, readonly (readonly [path: string, LockedPackage])[]>;

/** Of the file that was read last: a process that runs many steps asks for each of them. */
let latest: { readonly file: string; readonly stamp: string; readonly packages: ByName } | undefined;

/** Packages by name; none where there is no lock. */
function readLock(file: string): ByName {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  if (stat === undefined) return new Map();
  const stamp = `${stat.mtimeNs} ${stat.size} ${stat.ino}`;
  if (latest?.file !== file || latest.stamp !== stamp) {
    const { packages = {} } = JSON.parse(readFileSync(file, 'utf8')) as { packages?: Record<string, LockedPackage> };
    const byName = Map.groupBy(Object.entries(packages), ([path]) =>
      path.slice(path.lastIndexOf('node_modules/') + 13),
    );
    latest = { file, stamp, packages: byName };
  }
  return latest.packages;
}
