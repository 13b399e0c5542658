import { UNKNOWN } from '@ml-platform/conventions';
import type {
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationPolicy,
} from '@pulumi/policy';
import { stackFacts } from './check-policies.ts';
import type { ResourceFacts, Rule } from './rule.ts';
import { defaultTags, environmentOfTags, stackOfUrn } from './stack-facts.ts';

/** A rule as Pulumi's engine asks for it. */
export function policyOf(rule: Rule): ResourceValidationPolicy | StackValidationPolicy {
  const { name, description, level } = rule;
  const policy = { name, description, enforcementLevel: level };
  if (rule.scope === 'resource') {
    return {
      ...policy,
      validateResource: (args, report) => {
        if (rule.types && !rule.types.includes(args.type)) return;
        for (const { message } of rule.check(oneResource(args))) report(message);
      },
    };
  }
  return {
    ...policy,
    validateStack: ({ resources }, report) => {
      const stack = stackFacts(resources.map(resourceFacts));
      for (const { message, resource } of rule.check(stack)) report(message, resource?.urn);
    },
  };
}

/** A stack of one resource, of the environment that the tags of its provider say. */
function oneResource({ type, name, urn, props, opts, provider }: ResourceValidationArgs) {
  const facts = { type, name, urn, inputs: known(props), propertyDependencies: {}, options: opts };
  const { project, stack } = stackOfUrn(urn);
  const tags = provider && defaultTags(known(provider.props));
  return { resources: [facts], project, stack, environment: environmentOfTags(tags, stack) };
}

/** Its inputs are read when a rule asks for them: most rules are about a few types. */
function resourceFacts({ type, name, urn, props, opts, propertyDependencies }: PolicyResource): ResourceFacts {
  let inputs: ResourceFacts['inputs'] | undefined;
  return {
    type,
    name,
    urn,
    options: opts,
    get inputs() {
      inputs ??= known(props);
      return inputs;
    },
    get propertyDependencies() {
      const urns = Object.entries(propertyDependencies).map(([input, from]) => [input, from.map((one) => one.urn)]);
      return Object.fromEntries(urns) as ResourceFacts['propertyDependencies'];
    },
  };
}

/**
 * Properties in which what isn't known in a preview reads as {@link UNKNOWN}. Pulumi throws where such a value is read,
 * and counts the policy that did so as one that can't be run.
 */
function known(properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(properties).map((key) => [key, read(properties, key)]));
}

function read(from: Readonly<Record<string, unknown>>, key: string): unknown {
  let value: unknown;
  try {
    value = from[key];
  } catch {
    return UNKNOWN;
  }
  if (Array.isArray(value)) return Object.keys(value).map((index) => read(value as never, index));
  return typeof value === 'object' && value !== null ? known(value as Record<string, unknown>) : value;
}
