import { expect, test } from 'vitest';
import type { Workflow } from './read-workflow.ts';
import { isStartedBy } from './triggers.ts';

const workflow = (on: Workflow['on']): Workflow => ({ on, jobs: {} });
const push = (ref: string, ...changed: string[]) => ({ name: 'push', payload: {}, ref, sha: '0', changed });

test.each([
  ['**.dvc', 'data/raw/flights.dvc', true],
  ['**/dvc.lock', 'dvc.lock', true],
  ['**/dvc.lock', 'apps/flights/dvc.lock', true],
  ['apps/*/src/**', 'apps/flights/src/steps/a.ts', true],
  ['apps/*/src/**', 'apps/flights/test/a.ts', false],
  ['apps/*/params*.yaml', 'apps/flights/params.prod.yaml', true],
  ['infra/**', 'infra/aws/index.ts', true],
  ['infra/**', 'docs/infra/aws.md', false],
])('paths: %s takes %s: %s', (pattern, path, expected) => {
  expect(isStartedBy(workflow({ push: { paths: [pattern] } }), push('refs/heads/main', path))).toBe(expected);
});

test('a pattern with ! takes back', () => {
  const on = { push: { paths: ['docs/**', '!docs/drafts/**'] } };
  expect(isStartedBy(workflow(on), push('refs/heads/main', 'docs/a.md'))).toBe(true);
  expect(isStartedBy(workflow(on), push('refs/heads/main', 'docs/drafts/a.md'))).toBe(false);
});

test('branches: of a push the one that is pushed to, of a pull request the one that it goes to', () => {
  const on = { push: { branches: ['main'] }, pull_request: { branches: ['main'] } };
  expect(isStartedBy(workflow(on), push('refs/heads/main'))).toBe(true);
  expect(isStartedBy(workflow(on), push('refs/heads/other'))).toBe(false);
  const payload = { action: 'opened', pull_request: { base: { ref: 'main' } } };
  expect(isStartedBy(workflow(on), { name: 'pull_request', payload, ref: 'refs/pull/1/merge', sha: '0' })).toBe(true);
});

test('types: a label starts only what asks for labels', () => {
  const labeled = { name: 'pull_request', payload: { action: 'labeled' }, ref: 'refs/pull/1/merge', sha: '0' };
  expect(isStartedBy(workflow({ pull_request: {} }), labeled)).toBe(false);
  expect(isStartedBy(workflow({ pull_request: { types: ['labeled'] } }), labeled)).toBe(true);
  expect(isStartedBy(workflow({ push: {} }), labeled)).toBe(false);
});
