import { expect, test } from 'vitest';
import { ownerOf } from './owner.ts';

test.each([
  ['package.json', 'base'],
  ['README.md', 'excluded'],
  ['libs/errors/src/index.ts', 'base'],
  ['apps/flight-delays/src/index.ts', 'example:flight-delays'],
  ['apps/create-ml-platform/package.json', 'excluded'],
  ['docs/guide.md', 'base'],
  ['docs/decisions/0001-x.md', 'excluded'],
  ['templates/README.md', 'templates'],
  ['apps/unheard-of/index.ts', undefined],
])('%s is of %s', (path, owner) => {
  expect(ownerOf(path)).toBe(owner);
});
