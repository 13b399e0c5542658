import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { renderText } from './render.ts';
import { withDependencies } from './with-dependencies.ts';

const GENERATORS = fileURLToPath(new URL('..', import.meta.url));

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), 'utf8'));

test('what steps import is added in order, and what is there stays', () => {
  const { dependencies } = JSON.parse(withDependencies('{ "dependencies": { "zod": "4.0.0", "a": "1.0.0" } }'));
  expect(dependencies).toMatchObject({ a: '1.0.0', zod: '4.0.0' });
  expect(Object.keys(dependencies)).toEqual(Object.keys(dependencies).toSorted());
  const once = withDependencies('{}');
  expect(withDependencies(once)).toBe(once);
});

test('versions are those that the workspace has, in templates as well', () => {
  const { packages } = read('../../package-lock.json');
  const templates = globSync('*/files/**/package.json.hbs', { cwd: GENERATORS });
  expect(templates.length).toBeGreaterThan(3);
  const manifests = templates.map((path) =>
    JSON.parse(renderText(readFileSync(join(GENERATORS, path), 'utf8'), { name: 'x' })),
  );
  const all = manifests.flatMap(({ dependencies, devDependencies }) =>
    Object.entries({ ...dependencies, ...devDependencies }),
  );
  for (const [name, version] of [...Object.entries(read('./versions.json')), ...all]) {
    if (version !== '*') expect(packages[`node_modules/${name}`].version, name).toBe(version);
  }
});
