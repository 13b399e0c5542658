import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareVersions, isVersion } from './version.ts';

// The example of semver.org, 11.
const ORDERED = [
  '1.0.0-alpha',
  '1.0.0-alpha.1',
  '1.0.0-alpha.beta',
  '1.0.0-beta',
  '1.0.0-beta.2',
  '1.0.0-beta.11',
  '1.0.0-rc.1',
  '1.0.0',
  '1.9.0',
  '1.10.0',
  '2.0.0',
];

test('versions are in the order of semver.org', () => {
  expect(ORDERED.toReversed().toSorted(compareVersions)).toEqual(ORDERED);
});

test('the order is one: both ways round give opposite answers', () => {
  const version = fc.constantFrom(...ORDERED);
  fc.assert(
    fc.property(version, version, (a, b) => {
      expect(Math.sign(compareVersions(a, b))).toBe(-Math.sign(compareVersions(b, a)) + 0);
    }),
  );
});

test.each(['1', '1.2', '^1.2.3', 'latest', '1.2.3 ', '1.2.3-', '1.2.3; rm', '../x'])('%j is no version', (text) => {
  expect(isVersion(text)).toBe(false);
});
