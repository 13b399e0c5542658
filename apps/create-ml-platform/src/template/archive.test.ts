import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fixtureTemplate, smallTemplate } from '../testing/fixture-template.ts';
import { decodeArchive, encodeArchive } from './archive.ts';
import type { Template } from './template.ts';

test('what was packed comes out, binary files byte for byte', () => {
  const binary = {
    path: 'logo.png',
    executable: true,
    owner: 'base',
    names: [],
    reflows: false,
    content: Buffer.from([0, 255, 13, 10]),
  } as const;
  const template: Template = { version: '1.2.3', files: [...smallTemplate().files, binary] };
  expect(decodeArchive(encodeArchive(template))).toEqual(template);
});

test('the same files give the same bytes', () => {
  expect(encodeArchive(smallTemplate())).toEqual(encodeArchive(smallTemplate()));
});

test('a hash that stands in several locks is there once, however far apart they are', () => {
  const hashes = Array.from({ length: 2000 }, () => `    --hash=sha256:${randomBytes(32).toString('hex')}`);
  const lock = hashes.join(' \\\n');
  const one = fixtureTemplate({ 'libs/a/requirements.txt': lock });
  const two = fixtureTemplate({
    'libs/a/requirements.txt': lock,
    'libs/b/go.sum': 'x',
    'libs/b/requirements.txt': lock,
  });
  expect(decodeArchive(encodeArchive(two))).toEqual(two);
  const sizeOf = (template: Template) => gzipSync(encodeArchive(template)).byteLength;
  expect(sizeOf(two)).toBeLessThan(sizeOf(one) * 1.05);
});
