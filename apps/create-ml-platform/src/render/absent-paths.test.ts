import { expect, test } from 'vitest';
import { dropAbsentPaths } from './absent-paths.ts';

const ABSENT = ['benchmarks', 'apps/create-ml-platform'];

test('lists, keys and objects lose what the project lacks', () => {
  const config = {
    include: ['apps', 'benchmarks', '!apps/create-ml-platform/dist', '{workspaceRoot}/benchmarks/**'],
    workspaces: { '.': { entry: ['a.ts'] }, 'apps/create-ml-platform': {}, 'benchmarks/*': {} },
    overrides: [{ includes: ['benchmarks/**'], linter: false }, { includes: ['benchmarks/**', 'libs/**'] }],
    references: [{ path: './benchmarks' }, { path: './libs' }],
  };
  expect(dropAbsentPaths(config, ABSENT)).toEqual({
    include: ['apps'],
    workspaces: { '.': { entry: ['a.ts'] } },
    overrides: [{ includes: ['libs/**'] }],
    references: [{ path: './libs' }],
  });
});

test('a config that names none of them is returned as it is', () => {
  const config = { include: ['apps', 'libs/**', '!**/dist', 'benchmarks-of-ours'] };
  expect(dropAbsentPaths(config, ABSENT)).toBe(config);
});
