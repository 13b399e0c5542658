/** The first version in what a program printed: `git version 2.39.5 (Apple Git-154)`. */
export function versionIn(printed: string): string | undefined {
  return /\d+(?:\.\d+)+/.exec(printed)?.[0];
}

/** Whether a version is the wanted one or a newer one, as far as the wanted one goes: 3.11.2 is at least 3.11. */
export function isAtLeast(version: string, wanted: string): boolean {
  return compareNumbers(version, wanted) >= 0;
}

/** The order of versions by their numbers; where one has fewer, the rest of it is 0. */
export function compareNumbers(a: string, b: string): number {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

/** `>=20` → `20`; undefined for a range of another form. */
export function minimumOf(range: unknown): string | undefined {
  return typeof range === 'string' ? /^\s*>=\s*v?(\d+(?:\.\d+)*)\s*$/.exec(range)?.[1] : undefined;
}

function numbersOf(version: string): number[] {
  return (/\d+(?:\.\d+)*/.exec(version)?.[0] ?? '').split('.').map(Number);
}
