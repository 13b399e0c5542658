import { BASE, EXCLUDED, type Feature, type FeatureGroup, GROUPS, TEMPLATES } from '../features.ts';

/** `base`, `templates`, `excluded`, a feature as `group:name`, or `group:*` for what comes with any of a group. */
export type Owner = 'base' | 'templates' | 'excluded' | `${string}:${string}`;

type Optional = Pick<Feature, 'paths' | 'replacements'>;

/** Every optional feature, and what all of a group share, with the owner that its files carry. */
export function optionalFeatures(): [Owner, Optional][] {
  return Object.entries(GROUPS).flatMap(([group, { features, shared = [] }]: [string, FeatureGroup]) => [
    ...(shared.length > 0 ? [[`${group}:*`, { paths: shared }] satisfies [Owner, Optional]] : []),
    ...features.map((feature): [Owner, Optional] => [`${group}:${feature.name}`, feature]),
  ]);
}

/** Whose a file of this repository is; undefined when neither a feature nor the list of exclusions covers it. */
export function ownerOf(path: string): Owner | undefined {
  const fallback: Owner | undefined = path.includes('/') ? undefined : 'base';
  const covering = claims().filter(([claimed]) => path === claimed || path.startsWith(`${claimed}/`));
  const closest = covering.toSorted(([a], [b]) => b.length - a.length)[0];
  return closest?.[1] ?? fallback;
}

function claims(): [string, Owner][] {
  const all: [Owner, readonly string[]][] = [
    ['base', BASE.paths],
    ['templates', [TEMPLATES]],
    ['excluded', EXCLUDED],
    ...optionalFeatures().map(([owner, { paths }]): [Owner, readonly string[]] => [owner, paths]),
  ];
  return all.flatMap(([owner, paths]) => paths.map((path): [string, Owner] => [path, owner]));
}
