import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A package as package-lock.json (version 3) has it. */
export interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly hasInstallScript?: boolean;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
  readonly optional?: boolean;
}

/** Entries by key: where npm puts the package, as `node_modules/a/node_modules/b`. */
export type LockEntries = Readonly<Record<string, LockEntry>>;

export function readLock(workspace: string): LockEntries {
  const text = readFileSync(join(workspace, 'package-lock.json'), 'utf8');
  return (JSON.parse(text) as { packages: LockEntries }).packages;
}

/** The key of the package that `name` means when code of the package at `from` imports it. */
export function resolveLocked(lock: LockEntries, name: string, from: string): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('/node_modules/')))) {
    const key = base === '' ? `node_modules/${name}` : `${base}/node_modules/${name}`;
    if (lock[key]) return key;
    if (base === '') return undefined;
  }
}

/** What a package needs, by key; true where it can do without. */
function needs(lock: LockEntries, key: string): [string, boolean][] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = lock[key] ?? {};
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  const required = [...Object.keys(dependencies), ...peers].filter((name) => !(name in optionalDependencies));
  const all = [
    ...required.map((name) => [name, false] as const),
    ...Object.keys(optionalDependencies).map((name) => [name, true] as const),
  ];
  return all.flatMap(([name, optional]): [string, boolean][] => {
    const found = resolveLocked(lock, name, key);
    return found === undefined ? [] : [[found, optional]];
  });
}

/** The packages at `keys` and all that they need, by key; true for one that npm may leave out. */
export function lockClosure(lock: LockEntries, keys: readonly string[]): Map<string, boolean> {
  const found = new Map<string, boolean>();
  const visit = (key: string, optional: boolean) => {
    const known = found.get(key);
    if (known === false || known === optional) return;
    found.set(key, optional);
    for (const [next, canMiss] of needs(lock, key)) visit(next, optional || canMiss);
  };
  for (const key of keys) visit(key, false);
  return found;
}

/** Whether a package, or one that it needs, is built for a platform: its binaries can't be bundled. */
export function isNative(lock: LockEntries, key: string): boolean {
  return [...lockClosure(lock, [key]).keys()].some((one) => lock[one]?.cpu ?? lock[one]?.hasInstallScript);
}
