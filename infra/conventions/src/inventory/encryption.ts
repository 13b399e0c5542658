import type { DeclaredResource } from '../program/index.ts';

const KEY_TYPES = ['aws:kms/key:Key'];

/** These name a key without being encrypted by it: names of it, and rights to use it. */
const NAMING = /^aws:(iam|kms)\//;
const RIGHTS = /policy|statement|definition|target/i;

/** Names of the stack's keys that encrypt a resource. */
export function keysOf(resource: DeclaredResource, resources: readonly DeclaredResource[]): string[] {
  if (NAMING.test(resource.type)) return [];
  const inputs = Object.entries(resource.propertyDependencies).filter(([input]) => !RIGHTS.test(input));
  const urns = new Set(inputs.flatMap(([, of]) => of));
  return resources.filter(({ type, urn }) => KEY_TYPES.includes(type) && urns.has(urn)).map(({ name }) => name);
}
