import { expect, test } from 'vitest';
import { isNative, lockClosure, type LockEntries, resolveLocked } from './lock-graph.ts';
import { packageFiles } from './package-files.ts';

const LOCK: LockEntries = {
  '': {},
  'node_modules/a': {
    version: '1.0.0',
    integrity: 'sha512-a',
    dependencies: { b: '2' },
    optionalDependencies: { c: '1' },
  },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity: 'sha512-b2' },
  'node_modules/b': { version: '1.0.0', integrity: 'sha512-b1', dependencies: { d: '1' } },
  'node_modules/c': { version: '1.0.0', integrity: 'sha512-c', cpu: ['x64'], optional: true, dependencies: { d: '1' } },
  'node_modules/d': {
    version: '1.0.0',
    integrity: 'sha512-d',
    peerDependencies: { e: '1', f: '1' },
    peerDependenciesMeta: { f: { optional: true } },
  },
  'node_modules/e': { version: '1.0.0', integrity: 'sha512-e' },
  'node_modules/f': { version: '1.0.0', integrity: 'sha512-f' },
  'apps/x/node_modules/b': { version: '3.0.0', integrity: 'sha512-b3' },
};
const parse = (text: string) => JSON.parse(text) as { dependencies: object; packages: LockEntries };

test('a package is found where Node finds it', () => {
  expect(resolveLocked(LOCK, 'b', 'node_modules/a')).toBe('node_modules/a/node_modules/b');
  expect(resolveLocked(LOCK, 'b', 'node_modules/c')).toBe('node_modules/b');
  expect(resolveLocked(LOCK, 'd', 'node_modules/a/node_modules/b')).toBe('node_modules/d');
  expect(resolveLocked(LOCK, 'x', '')).toBeUndefined();
});

test('all that a package needs, and what can be missing', () => {
  expect(Object.fromEntries(lockClosure(LOCK, ['node_modules/a']))).toEqual({
    'node_modules/a': false,
    'node_modules/a/node_modules/b': false,
    'node_modules/c': true,
    'node_modules/d': true,
    'node_modules/e': true,
  });
  expect(lockClosure(LOCK, ['node_modules/a', 'node_modules/b']).get('node_modules/d')).toBe(false);
});

test('native is what is built for a processor, or needs such a package', () => {
  expect(isNative(LOCK, 'node_modules/a')).toBe(true);
  expect(isNative(LOCK, 'node_modules/b')).toBe(false);
});

test('a lock of its own, with the versions and hashes of the whole', () => {
  const files = packageFiles('x', ['node_modules/a'], LOCK);
  expect(parse(files['package.json']).dependencies).toEqual({ a: '1.0.0' });
  const { packages } = parse(files['package-lock.json']);
  expect(Object.keys(packages)).toEqual([
    '',
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/c',
    'node_modules/d',
    'node_modules/e',
  ]);
  expect(packages['node_modules/a']).toEqual(LOCK['node_modules/a']);
  expect(packages['node_modules/d']).toEqual({ ...LOCK['node_modules/d'], optional: true });
});

test('two versions in one place are refused', () => {
  expect(() => packageFiles('x', ['node_modules/b', 'apps/x/node_modules/b'], LOCK)).toThrow(
    'the bundle needs b as 3.0.0 and as 1.0.0, and can hold one of them',
  );
});
