import type { Environment } from '@ml-platform/conventions';
import { expect, test } from 'vitest';
import { checkPolicies } from '../check-policies.ts';
import type { ResourceFacts, Rule } from '../rule.ts';

export interface Stack {
  readonly resources: readonly ResourceFacts[];
  readonly environment?: Environment;
}

interface Cases {
  /** Stacks that the rule lets pass, by what is right with them. */
  readonly passes: Readonly<Record<string, Stack>>;
  /** Stacks that it refuses, by what it says. */
  readonly fails: Readonly<Record<string, Stack>>;
}

/** A test of each case, and one that no rule of a group is without both kinds. */
export function testRules(rules: readonly Rule[], cases: Readonly<Record<string, Cases>>): void {
  test('each rule has a stack that passes and one that fails', () => {
    expect(Object.keys(cases)).toEqual(rules.map(({ name }) => name));
    for (const { passes, fails } of Object.values(cases)) {
      expect(Object.keys(passes)).not.toEqual([]);
      expect(Object.keys(fails)).not.toEqual([]);
    }
  });
  for (const rule of rules) {
    const { passes = {}, fails = {} } = cases[rule.name] ?? {};
    for (const [what, stack] of Object.entries(passes)) {
      test(`${rule.name} passes ${what}`, () => expect(messages(rule, stack)).toEqual([]));
    }
    for (const [message, stack] of Object.entries(fails)) {
      test(`${rule.name} refuses: ${message}`, () => expect(messages(rule, stack).join('; ')).toBe(message));
    }
  }
}

function messages(rule: Rule, { resources, environment = 'dev' }: Stack): string[] {
  return checkPolicies(resources, { environment, rules: [rule] }).map(({ message }) => message);
}

/** A stack of dev. */
export function dev(...resources: ResourceFacts[]): Stack {
  return { resources };
}

export function prod(...resources: ResourceFacts[]): Stack {
  return { resources, environment: 'prod' };
}
