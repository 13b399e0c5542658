export { AWS_RULES } from './aws/index.ts';
export { type CheckOptions, checkPolicies, type Violation } from './check-policies.ts';
export type { Finding, ResourceFacts, Rule, StackFacts } from './rule.ts';
