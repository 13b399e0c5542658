import type { DeclaredResource } from '../program/index.ts';

/** A component of a stack's program, with all that is in it, however deep. */
export interface ComponentPart {
  /** Without the stack's prefix: `lake`. */
  readonly name: string;
  /** Its class: `DataLake`; empty for resources that are in no component. */
  readonly kind: string;
  /** What providers make, by type and name. */
  readonly resources: readonly DeclaredResource[];
}

/** Holds what is in no component. */
export const STACK = 'stack';

/** The outermost components of a stack by name, with their resources; providers are none. */
export function componentsOf(resources: readonly DeclaredResource[], prefix: string): ComponentPart[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const groups = Map.groupBy(
    resources.filter(({ isCustom, type }) => isCustom && !type.startsWith('pulumi:')),
    (resource) => outermost(resource, byUrn),
  );
  return [...groups]
    .map(([top, own]) => ({
      name: top ? withoutPrefix(top.name, prefix) : STACK,
      kind: top?.type.split(':').at(-1) ?? '',
      resources: own.toSorted((a, b) => compare(a.type, b.type) || compare(a.name, b.name)),
    }))
    .toSorted((a, b) => compare(a.name, b.name));
}

/** By code units, so that every machine sorts alike. */
export function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function withoutPrefix(name: string, prefix: string): string {
  return name.startsWith(`${prefix}-`) ? name.slice(prefix.length + 1) : name;
}

function outermost(
  resource: DeclaredResource,
  byUrn: ReadonlyMap<string, DeclaredResource>,
): DeclaredResource | undefined {
  let found: DeclaredResource | undefined;
  for (let at = byUrn.get(resource.parent ?? ''); at; at = byUrn.get(at.parent ?? '')) {
    if (!at.isCustom) found = at;
  }
  return found;
}
