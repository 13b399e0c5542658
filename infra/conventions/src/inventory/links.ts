import type { ComponentPart } from './components.ts';

/** Which components use something of which others. */
export interface Links {
  /** From the one that uses to the one that is used, by name. */
  readonly drawn: readonly (readonly [from: string, to: string])[];
  /** Used by so many that lines to them would hide the rest: by how many. */
  readonly shared: Readonly<Record<string, number>>;
}

/** So few users are drawn in any case. */
const FEW = 3;

/** Links by the inputs that are made from another component's outputs. */
export function linksOf(components: readonly ComponentPart[]): Links {
  const home = new Map(components.flatMap(({ name, resources }) => resources.map(({ urn }) => [urn, name] as const)));
  const pairs = components.flatMap(({ name, resources }) => {
    const urns = resources.flatMap(({ propertyDependencies }) => Object.values(propertyDependencies).flat());
    const used = new Set(urns.map((urn) => home.get(urn)).filter((other) => other !== undefined && other !== name));
    return [...used].sort().map((other) => [name, other ?? ''] as const);
  });
  const users = Map.groupBy(pairs, ([, to]) => to);
  const isShared = (name: string) => {
    const count = users.get(name)?.length ?? 0;
    return count > FEW && count > (components.length - 1) / 2;
  };
  const shared = components
    .filter(({ name }) => isShared(name))
    .map(({ name }) => [name, users.get(name)?.length ?? 0]);
  return { drawn: pairs.filter(([, to]) => !isShared(to)), shared: Object.fromEntries(shared) };
}
