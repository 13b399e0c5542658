import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withDependencies } from './with-dependencies.ts';

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

test('what steps import is added in order, and what is there stays', () => {
  const { dependencies } = JSON.parse(withDependencies('{ "dependencies": { "zod": "4.0.0", "a": "1.0.0" } }'));
  expect(dependencies).toMatchObject({ a: '1.0.0', zod: '4.0.0' });
  expect(Object.keys(dependencies)).toEqual(Object.keys(dependencies).toSorted());
  const once = withDependencies('{}');
  expect(withDependencies(once)).toBe(once);
});

test('versions are those that the workspace has', () => {
  const { packages } = read('../../package-lock.json');
  for (const [name, version] of Object.entries(read('./versions.json'))) {
    if (version !== '*') expect(packages[`node_modules/${name}`].version).toBe(version);
  }
});
