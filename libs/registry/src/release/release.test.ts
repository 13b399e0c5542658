import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseRelease, type Release, readRelease, releaseName } from './release.ts';

const COMMIT = '0f3c2a1'.padEnd(40, '0');

const RELEASE: Release = {
  release: 'flight-delays-7+0f3c2a1',
  commit: COMMIT,
  createdAt: '2025-06-01T12:00:00.000Z',
  model: { name: 'flight-delays', version: '7', contentHash: 'a'.repeat(64), example: { hour: 7, origin: 'LAX' } },
  image: { name: 'model-server', digest: `sha256:${'b'.repeat(64)}` },
  config: { serving: { imageDigest: `sha256:${'b'.repeat(64)}` } },
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'release-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a release is read from its file as it was written', () => {
  const file = join(folder, 'release.json');
  writeFileSync(file, JSON.stringify(RELEASE));
  expect(readRelease(file)).toEqual(RELEASE);
  expect(releaseName(RELEASE.model, COMMIT)).toBe(RELEASE.release);
});

test.each<[string, unknown, string]>([
  ['a name without a commit', { ...RELEASE, release: 'flight-delays-7' }, 'release: MODEL-VERSION+COMMIT, such as'],
  ['a short commit', { ...RELEASE, commit: '0f3c2a1' }, 'commit: a commit, forty hexadecimal digits'],
  ['a tag for a digest', { ...RELEASE, image: { name: 'x', digest: 'latest' } }, "image.digest: an image's digest"],
  ['no example', { ...RELEASE, model: { ...RELEASE.model, example: undefined } }, 'model.example: Invalid input'],
  ['a setting that stands alone', { ...RELEASE, config: { account: '1' } }, 'config.account: Invalid input'],
  ['a key that is unknown', { ...RELEASE, note: 'x' }, 'the document: Unrecognized key: "note"'],
])('%s is refused with its key', (_, value, said) => {
  expect(() => parseRelease(value, 'r.json')).toThrow(expect.objectContaining({ code: 'config' }));
  expect(() => parseRelease(value, 'r.json')).toThrow(`r.json is no release: ${said}`);
});

test('all that is wrong is told at once', () => {
  expect(() => parseRelease({ ...RELEASE, commit: '', createdAt: 'today' }, 'r.json')).toThrow(
    /commit: .*; createdAt: /,
  );
});

test('a file that is missing, or no JSON, says so with its path', () => {
  const file = join(folder, 'none.json');
  expect(() => readRelease(file)).toThrow(expect.objectContaining({ code: 'notFound' }));
  writeFileSync(file, '{');
  expect(() => readRelease(file)).toThrow(expect.objectContaining({ code: 'config' }));
  expect(() => readRelease(file)).toThrow(file);
});
