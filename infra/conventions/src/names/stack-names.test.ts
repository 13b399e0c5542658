import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shortened, stackNames } from './stack-names.ts';

/** What every service takes: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
const VALID = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;

const project = fc.oneof(fc.stringMatching(/^[a-z][a-z0-9-]{0,60}$/), fc.string({ minLength: 1 }));
const stack = fc.oneof(
  fc.constantFrom('dev', 'staging', 'prod'),
  fc.nat(99_999_999).map((number) => `pr-${number}`),
  fc.stringMatching(/^[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,5})?$/),
);

test('a short project keeps its name', () => {
  const named = stackNames('acme', 'dev');
  expect(named.prefix).toBe('acme-dev');
  expect(named('lake')).toBe('acme-dev-lake');
});

test('a long one is cut, and stays apart from another', () => {
  const one = stackNames('machine-learning-platform', 'prod').prefix;
  const other = stackNames('machine-learning-platforms', 'prod').prefix;
  expect([one, other].every((prefix) => prefix.startsWith('machine'.slice(0, 5)))).toBe(true);
  expect(one).not.toBe(other);
});

test('whatever project and stack are called, the prefix is one that all services take, the same each time', () => {
  fc.assert(
    fc.property(project, stack, (name, of) => {
      const { prefix } = stackNames(name, of);
      expect(prefix).toMatch(VALID);
      expect(prefix.length).toBeLessThanOrEqual(17);
      expect(prefix.endsWith(`-${of}`)).toBe(true);
      expect(stackNames(name, of).prefix).toBe(prefix);
    }),
  );
});

test('a load balancer of 6 letters fits with what Pulumi appends', () => {
  const { prefix } = stackNames('machine-learning-platform', 'pr-12345678');
  expect(`${prefix}-public-0123abc`.length).toBeLessThanOrEqual(32);
});

test('two projects have two prefixes', () => {
  const short = fc.stringMatching(/^[a-z][a-z0-9]{0,6}(-[a-z0-9]{1,12}){0,3}$/);
  fc.assert(
    fc.property(short, short, (one, other) => {
      fc.pre(one !== other);
      expect(stackNames(one, 'dev').prefix).not.toBe(stackNames(other, 'dev').prefix);
    }),
  );
});

test('what fits is left as it is; what is cut is no longer than asked for', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 1 }), fc.integer({ min: 5, max: 40 }), (name, length) => {
      const cut = shortened(name, length);
      expect(cut.length).toBeLessThanOrEqual(length);
      expect(cut).toMatch(VALID);
      expect(shortened(cut, length)).toBe(cut);
    }),
  );
});

test.each(['Dev', '1dev', 'dev_x', '', 'dev-', 'a--b', 'much-too-long'])('stack %j can be in no name', (of) => {
  expect(() => stackNames('acme', of)).toThrow(`stack name '${of}' can't be part of a resource's name`);
});
