import { expect, test } from 'vitest';
import { hasSecret, withoutMarks, withoutOutputs } from './marks.ts';
import { UNKNOWN } from './unknown.ts';

const SIGNATURE = '4dabf18193072939515e22adb298388d';
const secret = (value: unknown) => ({ [SIGNATURE]: '1b47061264138c4ac30d75fd1eb44270', value });
const output = (rest: object) => ({ [SIGNATURE]: 'd0e6a833031e9bbcd3f4e8bde6ca49a4', ...rest });
const resource = (urn: string) => ({ [SIGNATURE]: '5cf8f73096256a8f31e491e813e4eb8e', urn });

test('without marks a value is plain', () => {
  const value = {
    a: secret({ b: [secret(1)] }),
    c: output({ value: 'x', dependencies: ['urn'] }),
    d: resource('urn'),
    e: null,
  };
  expect(withoutMarks(value)).toEqual({ a: { b: [1] }, c: 'x', d: 'urn', e: null });
  expect(withoutMarks(output({}))).toBe(UNKNOWN);
});

test('without outputs a secret stays one', () => {
  const value = {
    a: output({ value: [output({ value: 1 })] }),
    b: output({ value: 'x', secret: true }),
    c: secret('y'),
  };
  expect(withoutOutputs(value)).toEqual({ a: [1], b: secret('x'), c: secret('y') });
});

test('a secret is found at any depth', () => {
  expect([{ a: [{ b: secret(1) }] }, secret('x')].every(hasSecret)).toBe(true);
  expect([{ a: 1 }, null, [], output({ value: 1 })].some(hasSecret)).toBe(false);
});
