import type { Environment } from '../environments.ts';

export interface TagFacts {
  readonly project: string;
  readonly stack: string;
  readonly environment: Environment;
  /** Who answers for the stack: a team or an address. */
  readonly owner: string;
  readonly costCenter: string;
}

/** On every resource that takes them: what a bill, a policy and a person searching for an owner go by. */
export function tagsOf({ project, stack, environment, owner, costCenter }: TagFacts) {
  return { project, environment, stack, owner, 'cost-center': costCenter, 'managed-by': 'pulumi' };
}
