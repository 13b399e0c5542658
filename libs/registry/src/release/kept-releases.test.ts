import fc from 'fast-check';
import { expect, test } from 'vitest';
import { afterRelease, type KeptReleases, keptIn } from './kept-releases.ts';
import type { Release } from './release.ts';

const release = (version: number): Release => {
  const digest = `sha256:${version.toString(16).padStart(64, '0')}`;
  const model = { name: 'delays', version: String(version), contentHash: 'a'.repeat(64), example: { hour: 7 } };
  return {
    ...{ release: `delays-${version}+0f3c2a1`, commit: '0f3c2a1'.padEnd(40, '0'), createdAt: '2025-06-01T12:00:00Z' },
    ...{ model, image: { name: 'model-server', digest }, config: { serving: { imageDigest: digest } } },
  };
};
const NONE: KeptReleases = { previousReleases: [] };
const after = (...versions: readonly (number | undefined)[]) =>
  versions.reduce<KeptReleases>((kept, version) => {
    return afterRelease(kept, version === undefined ? undefined : release(version));
  }, NONE);
const versionsOf = ({ release: current, previousReleases }: KeptReleases) =>
  [current, ...previousReleases].map((one) => Number(one?.model.version));

test('each release stands before the one that it follows', () => {
  expect(versionsOf(after(1))).toEqual([1]);
  expect(versionsOf(after(1, 2, 3))).toEqual([3, 2, 1]);
});

test('the same release again changes nothing', () => {
  expect(after(1, 2, 2)).toEqual(after(1, 2));
});

test('what was rolled back is not where the next rollback goes', () => {
  expect(after(1, 2, 3, 2)).toEqual(after(1, 2));
  expect(versionsOf(after(1, 2, 3, 1, 4))).toEqual([4, 1]);
});

test('none is none: nothing is left to go back to', () => {
  expect(after(1, 2, undefined)).toEqual(NONE);
});

test('a stack remembers ten, whatever came', () => {
  const any = fc.array(fc.option(fc.nat(30), { nil: undefined }), { maxLength: 60 });
  fc.assert(
    fc.property(any, (versions) => {
      const kept = after(...versions);
      const listed = kept.previousReleases.map(({ model }) => model.version);
      expect(listed.length).toBeLessThanOrEqual(10);
      expect(new Set([kept.release?.model.version, ...listed]).size).toBe(listed.length + 1);
      expect(kept.release?.model.version).toBe(versions.at(-1)?.toString());
    }),
  );
});

test('it is read from the outputs of a stack', () => {
  expect(keptIn(JSON.parse(JSON.stringify({ url: 'x', ...after(1, 2) })))).toEqual(after(1, 2));
  expect(keptIn({})).toEqual(NONE);
});

test('a release that is unreadable is not taken for none', () => {
  expect(() => keptIn({ release: { name: 'older' } })).toThrow("the stack's output release is no release");
  expect(keptIn({ release: release(2), previousReleases: [{ name: 'older' }, release(1)] })).toEqual(after(1, 2));
});
