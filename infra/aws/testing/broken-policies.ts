import type { Environment } from '@ml-platform/conventions';
import type { DeclaredResource } from '@ml-platform/conventions/program';
import { checkPolicies } from '@ml-platform/policy';

/** Mandatory rules that a stack breaks, a line each. */
export function brokenPolicies(resources: readonly DeclaredResource[], environment: Environment): string[] {
  return checkPolicies(resources, { environment })
    .filter(({ level }) => level === 'mandatory')
    .map(({ rule, message, urn }) => `${rule}: ${urn?.split('::').at(-1)} ${message}`);
}
