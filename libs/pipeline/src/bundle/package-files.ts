import { PlatformError } from '@ml-platform/errors';
import { type LockEntries, type LockEntry, lockClosure } from './lock-graph.ts';

/** Text by file name. */
export type PackageFiles = Readonly<Record<'package.json' | 'package-lock.json', string>>;

/**
 * What `npm ci` makes a bundle's `node_modules` of: some packages of the workspace, by their keys in its lock, with all
 * that they need, in exactly the versions and with the hashes that are locked there.
 *
 * @throws PlatformError `config` where two versions of one package would stand in the same place.
 */
export function packageFiles(name: string, keys: readonly string[], lock: LockEntries): PackageFiles {
  const dependencies = Object.fromEntries(
    keys.map((key) => [nameOf(key), lock[key]?.version ?? '*'] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  // The bundle's folder is to its code what the workspace's root is.
  const manifest = { name, version: '0.0.0', private: true, type: 'module', workspaces: [], dependencies };
  const root = { name, version: '0.0.0', workspaces: [], dependencies };
  const entries = hoisted([...lockClosure(lock, keys)], lock);
  const pruned = { name, version: '0.0.0', lockfileVersion: 3, requires: true, packages: { '': root, ...entries } };
  return { 'package.json': text(manifest), 'package-lock.json': text(pruned) };
}

function hoisted(found: readonly (readonly [string, boolean])[], lock: LockEntries): Record<string, LockEntry> {
  const entries: Record<string, LockEntry> = {};
  for (const [key, optional] of found.toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const place = key.slice(key.indexOf('node_modules/'));
    const { version } = lock[key] ?? {};
    if (entries[place] && entries[place].version !== version) throw twice(nameOf(key), entries[place].version, version);
    entries[place] = flagged(lock[key] ?? {}, optional);
  }
  return entries;
}

/** Without what the workspace uses it for: there it may be a tool, here it runs. */
function flagged(entry: LockEntry, optional: boolean): LockEntry {
  const kept = Object.entries(entry).filter(([key]) => !['dev', 'devOptional', 'optional', 'peer'].includes(key));
  return { ...Object.fromEntries(kept), ...(optional && { optional }) };
}

function nameOf(key: string): string {
  return key.slice(key.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function twice(name: string, one = '', other = ''): PlatformError {
  return new PlatformError(`the bundle needs ${name} as ${one} and as ${other}, and can hold one of them`, {
    code: 'config',
    hint: `let the packages of the workspace agree on a version of ${name}, then: npm install`,
  });
}

function text(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
