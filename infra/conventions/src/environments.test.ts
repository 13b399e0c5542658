import { PlatformError } from '@ml-platform/errors';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { environmentOf } from './environments.ts';

test.each([
  ['dev', 'dev'],
  ['staging', 'staging'],
  ['prod', 'prod'],
  ['pr-1', 'preview'],
  ['pr-12345678', 'preview'],
])('stack %s is of %s', (stack, environment) => expect(environmentOf(stack)).toBe(environment));

test.each(['preview', 'production', 'pr-', 'pr-x', 'pr-123456789', 'Dev', '', ' dev'])(
  'stack %j is of none',
  (stack) => {
    expect(() => environmentOf(stack)).toThrow(expect.objectContaining({ code: 'config' }));
    expect(() => environmentOf(stack)).toThrow(`stack '${stack}' is of no environment`);
  },
);

test('each pull request has a stack of its own', () => {
  fc.assert(fc.property(fc.nat(99_999_999), (number) => environmentOf(`pr-${number}`) === 'preview'));
});

test('the error says what to do', () => {
  const thrown = (() => {
    try {
      return environmentOf('live');
    } catch (error) {
      return error;
    }
  })();
  expect(thrown).toBeInstanceOf(PlatformError);
  expect((thrown as PlatformError).hint).toContain('pr-NUMBER');
});
