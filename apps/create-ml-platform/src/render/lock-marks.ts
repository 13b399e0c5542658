/** An entry of package-lock.json (version 3), as far as the graph is concerned. */
export interface LockEntry {
  link?: boolean;
  resolved?: string;
  dependencies?: Record<string, string>;
  devDependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  dev?: boolean;
  optional?: boolean;
  devOptional?: boolean;
  peer?: boolean;
  [field: string]: unknown;
}

export type LockEntries = Record<string, LockEntry>;

/** What npm notes about a package in a lock file, as a set of bits. */
export const MARK = { dev: 1, optional: 2, devOptional: 4, peer: 8, extraneous: 16 } as const;

const ALL = 31;

interface Edge {
  readonly to: string;
  /** Marks that this edge leaves on what it leads to. */
  readonly leaves: number;
}

/**
 * The marks of each package. All begin as set and are taken away along the edges from the root until nothing
 * changes: npm's own rules (@npmcli/arborist, lib/calc-dep-flags.js), so that npm finds nothing to change.
 */
export function dependencyMarks(entries: LockEntries): Map<string, number> {
  const graph = graphOf(entries);
  const marks = new Map(Object.keys(entries).map((path): [string, number] => [path, path === '' ? 0 : ALL]));
  const edges = new Map<string, Edge[]>();
  const queue = [''];
  for (let path = queue.pop(); path !== undefined; path = queue.pop()) {
    const from = spread(marks.get(path) ?? 0);
    const outgoing = edges.get(path) ?? edgesFrom(graph, path);
    edges.set(path, outgoing);
    for (const { to, leaves } of outgoing) {
      const before = marks.get(to) ?? 0;
      const after = before & (from | leaves);
      marks.set(to, after);
      if (after !== before) queue.push(to);
    }
  }
  for (const [path, mark] of marks) marks.set(path, withoutOverlap(mark));
  return marks;
}

const NESTED = '/node_modules/';

interface Graph {
  readonly entries: LockEntries;
  /** Links to the workspaces: the root depends on each. */
  readonly workspaces: readonly string[];
  /** Packages that have a node_modules folder of their own. */
  readonly nesting: ReadonlySet<string>;
}

function graphOf(entries: LockEntries): Graph {
  const paths = Object.keys(entries);
  const nested = paths.filter((path) => path.includes(NESTED));
  return {
    entries,
    workspaces: paths.filter((path) => entries[path]?.link),
    nesting: new Set(nested.map((path) => path.slice(0, path.lastIndexOf(NESTED)))),
  };
}

/** What hangs on something needed only for development, or only perhaps, can still be needed by either. */
function spread(mark: number): number {
  return mark & (MARK.dev | MARK.optional) ? mark | MARK.devOptional : mark;
}

/** npm says `devOptional` only where neither `dev` nor `optional` holds alone. */
function withoutOverlap(mark: number): number {
  return mark & (MARK.dev | MARK.optional) ? mark & ~MARK.devOptional : mark;
}

const DEV = MARK.dev | MARK.devOptional;
const OPTIONAL = MARK.optional | MARK.devOptional;

function edgesFrom({ entries, workspaces, nesting }: Graph, path: string): Edge[] {
  const entry = entries[path] ?? {};
  if (entry.link) return [{ to: entry.resolved ?? '', leaves: 0 }];
  const edges = path === '' ? workspaces.map((to): Edge => ({ to, leaves: 0 })) : [];
  for (const [name, leaves] of dependenciesOf(entry, !path.includes('node_modules/'))) {
    const to = resolve(entries, nesting, path, name);
    if (to !== undefined) edges.push({ to, leaves });
  }
  return edges;
}

/** What an entry depends on, and how; a name that is listed twice counts as npm has it: the last list wins. */
function dependenciesOf(entry: LockEntry, isWorkspace: boolean): Map<string, number> {
  const kinds = new Map<string, number>();
  for (const name in entry.peerDependencies) {
    const isOptional = entry.peerDependenciesMeta?.[name]?.optional === true;
    kinds.set(name, isOptional ? MARK.peer | OPTIONAL | MARK.extraneous : MARK.peer);
  }
  for (const name in entry.dependencies) kinds.set(name, 0);
  for (const name in entry.optionalDependencies) kinds.set(name, OPTIONAL);
  if (isWorkspace) for (const name in entry.devDependencies) kinds.set(name, DEV);
  return kinds;
}

/** The entry that `name` means when required from `from`: Node's walk up the node_modules folders. */
function resolve(entries: LockEntries, nesting: ReadonlySet<string>, from: string, name: string): string | undefined {
  for (let base = from; base !== ''; base = base.slice(0, Math.max(0, base.lastIndexOf(NESTED)))) {
    const path = `${base}${NESTED}${name}`;
    if (nesting.has(base) && Object.hasOwn(entries, path)) return path;
  }
  const path = `node_modules/${name}`;
  return Object.hasOwn(entries, path) ? path : undefined;
}
