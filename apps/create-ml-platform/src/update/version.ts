const VERSION = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?$/;

/** Whether a text is one exact version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/** Negative where `a` is the older one: the order of semver.org, 11. */
export function compareVersions(a: string, b: string): number {
  const [left, right] = [parts(a), parts(b)];
  for (const index of [0, 1, 2] as const) {
    const difference = left.numbers[index] - right.numbers[index];
    if (difference !== 0) return difference;
  }
  return comparePrereleases(left.prerelease, right.prerelease);
}

function comparePrereleases(a: readonly string[], b: readonly string[]): number {
  if (a.length === 0 || b.length === 0) return b.length - a.length;
  for (const [index, left] of a.entries()) {
    const right = b[index];
    if (right === undefined) return 1;
    if (left !== right) return compareIdentifiers(left, right);
  }
  return a.length - b.length;
}

/** Numbers by their size, and before words. */
function compareIdentifiers(a: string, b: string): number {
  const [left, right] = [a, b].map((identifier) => /^\d+$/.test(identifier));
  if (left && right) return Number(a) - Number(b);
  if (left || right) return left ? -1 : 1;
  return a < b ? -1 : 1;
}

function parts(version: string): { numbers: [number, number, number]; prerelease: string[] } {
  const [, major, minor, patch, prerelease] = VERSION.exec(version) ?? [];
  return {
    numbers: [Number(major ?? 0), Number(minor ?? 0), Number(patch ?? 0)],
    prerelease: prerelease?.split('.') ?? [],
  };
}
