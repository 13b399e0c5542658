import { expect, test } from 'vitest';
import { repositoryOf } from './repository.ts';

test.each([
  ['https://github.com/acme/flights.git', 'acme/flights'],
  ['https://github.com/acme/flights\n', 'acme/flights'],
  ['git@github.com:acme/flights.x.git', 'acme/flights.x'],
  ['ssh://git@github.com:22/acme/flights', 'acme/flights'],
  ['org-1234@github.com:acme/flights', 'acme/flights'],
  ['/srv/git/flights', undefined],
  ['', undefined],
])('the remote %j is of %s', (url, repository) => {
  expect(repositoryOf(url)).toBe(repository);
});
