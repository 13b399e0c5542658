import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isInside } from '../workspace/is-inside.ts';

export interface Closure {
  /** Absolute paths of the workspace's own files, sorted. */
  readonly files: readonly string[];
  /** Names of packages from outside the workspace, sorted. */
  readonly packages: readonly string[];
}

const PACKAGE_LOOKUP = /\b(?:import\.meta\.resolve|require\.resolve|findPackageJSON)\(\s*(['"])([^'"\n]+)\1/g;
/**
 * Literal specifiers of imports, exports and `import()`, of `new URL(x, import.meta.url)`, and of the ways to find a
 * package's files: `import.meta.resolve(x)`, `findPackageJSON(x, …)`, `require.resolve(x)`. One too many does no harm.
 */
const SPECIFIERS = [
  /(?:\bfrom|\bimport)\s*\(?\s*(['"])([^'"\n]+)\1/g,
  PACKAGE_LOOKUP,
  /\bnew URL\(\s*(['"])([^'"\n]+)\1\s*,\s*import\.meta\.url/g,
];
const PYTHON_IMPORTS = [/^[ \t]*(from)\s+\.?([\w.]+)\s+import/gm, /^[ \t]*(import)\s+([\w.]+)/gm];

/** The pipeline library itself: how a step is run isn't what it computes, so an update of it makes nothing stale. */
const ENGINE = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/**
 * All files of the workspace that `entries` (TypeScript or Python) are made of, directly and through what they import;
 * the pipeline library's own only with `engine`.
 */
export function importClosure(entries: readonly string[], workspace: string, { engine = false } = {}): Closure {
  const files = new Set<string>();
  const packages = new Set<string>();
  const visit = (file: string) => {
    if (files.has(file) || (!engine && isInside(file, ENGINE))) return;
    files.add(file);
    for (const found of references(file)) {
      if (isAbsolute(found)) visit(found);
      else resolvePackage(found, file, workspace, visit, packages);
    }
  };
  for (const entry of entries) visit(entry);
  return { files: [...files].sort(), packages: [...packages].sort() };
}

function references(file: string): string[] {
  if (/\.[cm]?[jt]s$/.test(file)) return scan(file, SPECIFIERS).flatMap((name) => fromScript(name, file));
  if (file.endsWith('.py')) return scan(file, PYTHON_IMPORTS).flatMap((name) => fromPython(name, file));
  return [];
}

function scan(file: string, patterns: readonly RegExp[]): string[] {
  const text = readFileSync(file, 'utf8');
  return patterns.flatMap((pattern) => [...text.matchAll(pattern)].map(([, , name]) => name ?? ''));
}

/** Names of the packages whose files a script looks up, which have to be there as files. */
export function lookedUpPackages(script: string): string[] {
  return [...script.matchAll(PACKAGE_LOOKUP)].map(([, , specifier]) => packageOf(specifier ?? ''));
}

/** `@scope/name` of `@scope/name/file.js`. */
export function packageOf(specifier: string): string {
  const length = specifier.startsWith('@') ? 2 : 1;
  return specifier.split('/').slice(0, length).join('/');
}

/** A path for a relative specifier whose file exists; a package's specifier as it is. */
function fromScript(specifier: string, file: string): string[] {
  if (specifier.startsWith('node:')) return [];
  if (!specifier.startsWith('.')) return [specifier];
  const path = resolve(dirname(file), specifier);
  return isFile(path) ? [path] : [];
}

function fromPython(module: string, file: string): string[] {
  const base = join(dirname(file), ...module.split('.'));
  return [`${base}.py`, join(base, '__init__.py')].filter(isFile);
}

function resolvePackage(
  specifier: string,
  file: string,
  workspace: string,
  visit: (file: string) => void,
  packages: Set<string>,
): void {
  const name = packageOf(specifier);
  const folder = installedFolder(name, dirname(file), workspace);
  if (folder === undefined) return;
  if (folder.includes(`${sep}node_modules${sep}`)) packages.add(name);
  else for (const entry of entryFiles(folder, `.${specifier.slice(name.length)}`)) visit(entry);
}

function installedFolder(name: string, from: string, workspace: string): string | undefined {
  for (let folder = from; isInside(folder, workspace); folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return realpathSync(candidate);
  }
  return undefined;
}

/** What a specifier stands for in a package of the workspace; all that it exports where that isn't said. */
function entryFiles(folder: string, subpath: string): string[] {
  const { exports = {} } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { exports?: unknown };
  const named = typeof exports === 'string' ? { '.': exports } : (exports as Readonly<Record<string, unknown>>);
  const targets = subpath in named ? [named[subpath]] : Object.values(named);
  return targets
    .filter((target) => typeof target === 'string')
    .map((target) => join(folder, target))
    .filter(isFile);
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}
