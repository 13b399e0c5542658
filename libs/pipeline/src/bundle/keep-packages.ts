import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import type { Plugin } from 'esbuild';
import { lookedUpPackages, packageOf } from '../closure/import-closure.ts';
import { toPosix } from '../workspace/to-posix.ts';
import { isNative, type LockEntries, resolveLocked } from './lock-graph.ts';

/** Keys in the lock of packages that aren't bundled. */
export interface KeptPackages {
  /** As far as it was known before. */
  readonly known: ReadonlySet<string>;
  /** Those that the code asks for. */
  readonly imported: Set<string>;
  /** Those that turned out to need their own files: bundled this time, to be left out the next. */
  readonly found: Set<string>;
}

/** A package that asks where it lies reads files beside it. */
const ASKS_WHERE_IT_LIES =
  /\b__dirname\b|\b__filename\b|\bimport\.meta\.(?:url|dirname|filename)\b|\brequire\.resolve\(/;

/** Leaves packages out of a bundle that have binaries or whose files are looked up, and notes which. */
export function keepPackages(lock: LockEntries, { known, imported, found }: KeptPackages): Plugin {
  return {
    name: 'keep-packages',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^[^./]/ }, ({ path, importer, kind }) => {
        if (kind === 'entry-point' || isBuiltin(path)) return undefined;
        const key = resolveLocked(lock, packageOf(path), packageAt(importer));
        if (key === undefined || !(known.has(key) || isNative(lock, key))) return undefined;
        imported.add(key);
        return { path, external: true };
      });
      onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        const itself = packageAt(path);
        if (itself.includes('node_modules/')) {
          if (ASKS_WHERE_IT_LIES.test(text)) found.add(itself);
          return undefined;
        }
        for (const name of lookedUpPackages(text)) {
          const key = resolveLocked(lock, name, itself);
          if (key === undefined) continue;
          found.add(key);
          imported.add(key);
        }
        return undefined;
      });
    },
  };
}

const FOLDER = '/node_modules/';

/** The key in the lock of the package that a file belongs to; for the workspace's own, of the workspace. */
function packageAt(file: string): string {
  const path = toPosix(file);
  const end = path.lastIndexOf(FOLDER) + FOLDER.length;
  return path.includes(FOLDER) ? `${path.slice(path.indexOf(FOLDER) + 1, end)}${packageOf(path.slice(end))}` : '';
}
