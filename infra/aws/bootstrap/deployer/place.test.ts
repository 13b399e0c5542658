import { stackNames } from '@ml-platform/conventions';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { deployerPlace, previewPrefixes } from './place.ts';

const IN = { account: '111111111111', region: 'eu-central-1' };
const matches = (pattern: string, text: string) => new RegExp(`^${pattern.replaceAll('*', '.*')}-`).test(text);
const project = fc.stringMatching(/^[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,12}){0,2}$/);

test.each([
  ['acme', ['acme-pr-*']],
  ['acme-ml', ['acme-ml-pr-*', 'a*d3d3-pr-*']],
])('previews of %s', (name, expected) => {
  expect(previewPrefixes(name)).toEqual(expected);
});

test('whatever a project is called, the patterns take in every preview and no other stack', () => {
  fc.assert(
    fc.property(project, fc.integer({ min: 1, max: 99_999_999 }), (name, number) => {
      const prefixes = previewPrefixes(name);
      expect(prefixes.length).toBeLessThanOrEqual(2);
      const isPreview = (stack: string) => {
        return prefixes.some((pattern) => matches(pattern, `${stackNames(name, stack).prefix}-lake`));
      };
      expect(isPreview(`pr-${number}`)).toBe(true);
      expect(['dev', 'staging', 'prod', 'qa'].filter(isPreview)).toEqual([]);
    }),
  );
});

test('previews are dev’s alone', () => {
  const of = (environment: string) => deployerPlace({ ...IN, project: 'acme' }, environment);
  expect(of('dev')).toMatchObject({ prefixes: ['acme-dev', 'acme-pr-*'], stacks: ['dev', 'pr-*'] });
  expect(of('prod')).toMatchObject({ prefixes: ['acme-prod'], stacks: ['prod'] });
});
