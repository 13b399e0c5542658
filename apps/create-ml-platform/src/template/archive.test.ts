import { expect, test } from 'vitest';
import { smallTemplate } from '../testing/fixture-template.ts';
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
