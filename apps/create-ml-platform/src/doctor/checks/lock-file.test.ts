import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { lockCheck } from './lock-file.ts';

const ROOT = { name: 'acme', workspaces: ['apps/*', 'tools'], devDependencies: { vitest: '1.0.0' } };
const SALES = { name: '@acme/sales', dependencies: { zod: '4.6.7', '@acme/errors': '*' } };
const PACKAGES = {
  '': ROOT,
  'apps/sales': SALES,
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/vitest': { version: '1.0.0' },
};

const look = (files: Record<string, string | object>) =>
  lockCheck.look(machineAt(layOut({ 'package.json': ROOT, 'apps/sales/package.json': SALES, ...files })));
const lock = (packages: object) => ({ 'package-lock.json': { lockfileVersion: 3, packages } });

test('a lock that names what every package.json does is in step', async () => {
  expect(await look(lock(PACKAGES))).toMatchObject([{ status: 'ok' }]);
});

test.each<[string, Record<string, string | object>, string]>([
  ['no lock', {}, 'not there'],
  ['a merge', { 'package-lock.json': '{\n<<<<<<< HEAD\n}' }, 'a merge left conflicts in it'],
  ['an old npm', { 'package-lock.json': { lockfileVersion: 1 } }, 'no lock of npm 7 or newer'],
  [
    'a dependency more',
    lock({ ...PACKAGES, 'apps/sales': { dependencies: { zod: '4.6.7' } } }),
    'apps/sales/package.json has @acme/errors *, and the lock does not',
  ],
  [
    'a dependency less',
    lock({ ...PACKAGES, '': { devDependencies: { vitest: '1.0.0', knip: '6.0.0' } } }),
    'package.json has knip no more, and the lock 6.0.0',
  ],
  [
    'another range',
    lock({ ...PACKAGES, 'apps/sales': { dependencies: { ...SALES.dependencies, zod: '^4.0.0' } } }),
    'apps/sales/package.json has zod 4.6.7, and the lock ^4.0.0',
  ],
  [
    'another version behind the same range',
    lock({ ...PACKAGES, 'apps/sales/node_modules/zod': { version: '4.6.6' } }),
    'apps/sales/package.json has zod 4.6.7, and the lock 4.6.6',
  ],
  ['a new workspace', { ...lock(PACKAGES), 'tools/package.json': {} }, 'it does not know tools/package.json'],
])('%s is out of step', async (_, files, found) => {
  expect(await look(files)).toEqual([
    {
      status: 'broken',
      what: 'package-lock.json',
      found,
      wanted: 'in step with every package.json',
      mend: 'npm install',
    },
  ]);
});

test('of many problems the first is told, and how many more there are', async () => {
  expect(await look(lock({ '': ROOT, 'node_modules/vitest': { version: '2.0.0' } }))).toMatchObject([
    { found: 'package.json has vitest 1.0.0, and the lock 2.0.0, and 1 more' },
  ]);
});
