import { UNKNOWN } from '@ml-platform/conventions';
import type { ResourceFacts } from './rule.ts';

/**
 * All values at a path such as `rules.status`, through every element of an array on the way. What isn't known before
 * the cloud has answered is {@link UNKNOWN}.
 */
export function valuesAt({ inputs }: ResourceFacts, path: string): unknown[] {
  let values: unknown[] = [inputs];
  for (const key of path.split('.')) {
    values = values.flatMap((value) => {
      if (isUnknown(value)) return [UNKNOWN];
      const next = (value as Record<string, unknown> | null | undefined)?.[key];
      return Array.isArray(next) ? next : [next];
    });
  }
  return values.filter(isSet);
}

/** The first of {@link valuesAt}. */
export function valueAt(resource: ResourceFacts, path: string): unknown {
  return valuesAt(resource, path)[0];
}

export function isUnknown(value: unknown): boolean {
  return value === UNKNOWN;
}

/** Whether a value is there, known or not. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}

/** Whether it holds, as far as is known now: what the cloud will answer can't be judged before. */
export function holds(value: unknown, is: (known: unknown) => boolean): boolean {
  return isUnknown(value) || is(value);
}

export function isTrue(value: unknown): boolean {
  return holds(value, (known) => known === true || known === 'true');
}

export function isAtLeast(value: unknown, least: number): boolean {
  return holds(value, (known) => Number(known) >= least);
}
