import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockedPackages } from './locked-packages.ts';

let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), 'locked-'));
});
afterEach(() => rm(workspace, { recursive: true }));

test('a package with all that it depends on, in every version that is locked; a cycle ends', async () => {
  const packages = {
    '': { dependencies: { a: '1', z: '1' } },
    'node_modules/a': { version: '1.0.0', integrity: 'sha512-a', dependencies: { '@s/b': '2' } },
    'node_modules/@s/b': { version: '2.0.0', integrity: 'sha512-b', optionalDependencies: { a: '1' } },
    'node_modules/z/node_modules/@s/b': { version: '1.9.0', integrity: 'sha512-old' },
    'node_modules/z': { version: '1.0.0', integrity: 'sha512-z' },
  };
  await writeFile(join(workspace, 'package-lock.json'), JSON.stringify({ packages }));
  expect(lockedPackages(['a'], workspace)).toEqual([
    'node_modules/@s/b@2.0.0 sha512-b',
    'node_modules/a@1.0.0 sha512-a',
    'node_modules/z/node_modules/@s/b@1.9.0 sha512-old',
  ]);
});

test('a workspace without a lock has nothing to say', () => {
  expect(lockedPackages(['a'], workspace)).toEqual([]);
});

test('a lock that changes is read again', async () => {
  const lock = (version: string) =>
    writeFile(join(workspace, 'package-lock.json'), JSON.stringify({ packages: { 'node_modules/a': { version } } }));
  await lock('1.0.0');
  expect(lockedPackages(['a'], workspace)).toEqual(['node_modules/a@1.0.0 undefined']);
  await lock('1.0.1');
  expect(lockedPackages(['a'], workspace)).toEqual(['node_modules/a@1.0.1 undefined']);
});
