import { expect, test } from 'vitest';
import { tagsOf } from './tags.ts';

test('tags say whose it is and who pays', () => {
  const facts = { project: 'acme', stack: 'pr-7', environment: 'preview', owner: 'team', costCenter: 'ml' } as const;
  expect(tagsOf(facts)).toEqual({
    project: 'acme',
    stack: 'pr-7',
    environment: 'preview',
    owner: 'team',
    'cost-center': 'ml',
    'managed-by': 'pulumi',
  });
});
