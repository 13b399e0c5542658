import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { removeLeftovers } from './temporary-folder.ts';

test('only what dead processes left for the same name goes', () => {
  const folder = temporaryFolder();
  const kept = [
    `.acme.tmp-${process.ppid}`,
    '.acme.tmp-x',
    '.acme.tmp-',
    '.other.tmp-5000000',
    'acme',
    '.acme.placing',
  ];
  for (const name of [...kept, '.acme.tmp-5000000', `.acme.tmp-${process.pid}`])
    mkdirSync(join(folder, name, 'deep'), { recursive: true });
  removeLeftovers(folder, 'acme');
  expect(readdirSync(folder).sort()).toEqual(kept.sort());
});
