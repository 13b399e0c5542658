import { type Environment, ENVIRONMENTS, environmentOf } from '@ml-platform/conventions';
import { isUnknown } from './values.ts';

type Tags = Readonly<Record<string, unknown>>;

/**
 * The tags that a provider gives to all of its resources. Pulumi keeps a provider's nested inputs as JSON.
 *
 * Empty where there are none, and `undefined` where they aren't known yet.
 */
export function defaultTags(provider: Readonly<Record<string, unknown>>): Tags | undefined {
  const given = provider.defaultTags;
  if (isUnknown(given)) return undefined;
  const { tags } = (typeof given === 'string' ? JSON.parse(given) : (given ?? {})) as { tags?: Tags };
  return isUnknown(tags) ? undefined : (tags ?? {});
}

/** Project and stack, which every URN begins with: `urn:pulumi:STACK::PROJECT::TYPE::NAME`. */
export function stackOfUrn(urn: string): { project: string; stack: string } {
  const [, stack = '', project = ''] = /^urn:pulumi:([^:]*)::([^:]*)::/.exec(urn) ?? [];
  return { project, stack };
}

/** By the provider's tags, else by the name of the stack; what neither says is held to the rules of prod. */
export function environmentOfTags(tags: Tags | undefined, stack: string): Environment {
  const tagged = ENVIRONMENTS.find((environment) => environment === tags?.environment);
  if (tagged) return tagged;
  try {
    return environmentOf(stack);
  } catch {
    return 'prod';
  }
}
