import { expect, test } from 'vitest';
import { type RepositoryIdentity, subjectProblems, subjectsOf } from './github-subjects.ts';

const IDS = { repository: 'octo-org/octo-repo', ownerId: '123', repositoryId: '456' };

/** As in https://github.blog/changelog/2026-04-23-immutable-subject-claims-for-github-actions-oidc-tokens/ */
const BY_IDS = 'repo:octo-org@123/octo-repo@456:environment:prod';
const BY_NAMES = 'repo:octo-org/octo-repo:environment:prod';

test.each<[RepositoryIdentity['subjects'], string[]]>([
  [undefined, [BY_IDS]],
  ['ids', [BY_IDS]],
  ['names', [BY_NAMES]],
  ['both', [BY_IDS, BY_NAMES]],
])('by %s, a job is trusted as %j', (subjects, expected) => {
  expect(subjectsOf({ ...IDS, subjects }, 'environment:prod')).toEqual(expected);
});

test('ids that are not said are asked for, with the command that prints them; names need none', () => {
  const { repository } = IDS;
  const missing = subjectProblems({ repository, subjects: 'both' });
  expect(missing.map(({ key }) => key)).toEqual(['ownerId', 'repositoryId']);
  expect(missing[0]?.expected).toContain('gh api repos/octo-org/octo-repo --jq .owner.id');
  expect(missing[1]?.expected).toContain('gh api repos/octo-org/octo-repo --jq .id');
  expect(subjectProblems({ repository, subjects: 'names' })).toEqual([]);
  expect(subjectProblems(IDS)).toEqual([]);
});
