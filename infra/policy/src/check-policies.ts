import type { Environment } from '@ml-platform/conventions';
import { AWS_RULES } from './aws/index.ts';
import type { ResourceFacts, Rule, StackFacts } from './rule.ts';
import { defaultTags, environmentOfTags, stackOfUrn } from './stack-facts.ts';

/** A rule that a stack breaks. */
export interface Violation {
  readonly rule: string;
  readonly level: Rule['level'];
  readonly message: string;
  /** Of the resource at fault; of none where the stack lacks one. */
  readonly urn?: string;
}

export interface CheckOptions {
  /** Read from the tags of the provider, or from the stack's name, where it isn't given. */
  readonly environment?: Environment;
  readonly rules?: readonly Rule[];
}

/** What breaks the rules among the resources of one stack, advisory ones too. */
export function checkPolicies(resources: readonly ResourceFacts[], options: CheckOptions = {}): Violation[] {
  const { rules = AWS_RULES } = options;
  const stack = { ...stackFacts(resources), ...(options.environment && { environment: options.environment }) };
  return rules.flatMap(({ name, level, check }) => {
    return check(stack).map(({ message, resource }) => {
      return { rule: name, level, message, ...(resource && { urn: resource.urn }) };
    });
  });
}

/** What the resources of a stack say of the stack itself. */
export function stackFacts(resources: readonly ResourceFacts[]): StackFacts {
  const { project, stack } = stackOfUrn(resources[0]?.urn ?? '');
  const tags = resources
    .filter(({ type }) => type.startsWith('pulumi:providers:'))
    .map(({ inputs }) => defaultTags(inputs))
    .find((found) => found?.environment !== undefined);
  return { resources, project, stack, environment: environmentOfTags(tags, stack) };
}
