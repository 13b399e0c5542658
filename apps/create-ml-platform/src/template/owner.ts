import { BASE, EXCLUDED, type Feature, GROUPS, TEMPLATES } from '../features.ts';

/** `base`, `templates`, `excluded`, or a feature as `group:name`. */
export type Owner = 'base' | 'templates' | 'excluded' | `${string}:${string}`;

/** Every optional feature with the owner that its files carry. */
export function optionalFeatures(): [Owner, Feature][] {
  return Object.entries(GROUPS).flatMap(([group, { features }]) =>
    features.map((feature: Feature): [Owner, Feature] => [`${group}:${feature.name}`, feature]),
  );
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
