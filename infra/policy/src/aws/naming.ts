import { environmentOf, stackNames } from '@ml-platform/conventions';
import { each, ofType, type ResourceFacts, type Rule, type StackFacts } from '../rule.ts';
import { isSet, isUnknown } from '../values.ts';
import { AUTO_NAME_SUFFIX, NAME_LIMITS } from './name-limits.ts';

const namesFit: Rule = {
  name: 'names-fit',
  description:
    'AWS refuses a name that is too long or has a character it does not take, and a stack stays half made. Shorten the name; ' +
    'Pulumi appends 8 characters to one it makes.',
  level: 'mandatory',
  scope: 'resource',
  ...each(Object.keys(NAME_LIMITS), (resource) => {
    const { longest = 0, pattern = /^/ } = NAME_LIMITS[resource.type] ?? {};
    const physical = physicalName(resource) ?? `${resource.name}${AUTO_NAME_SUFFIX}`;
    if (isUnknown(physical)) return undefined;
    return [
      ...(physical.length > longest ? [`name '${physical}' has ${physical.length} characters of ${longest}`] : []),
      ...(pattern.test(physical) ? [] : [`name '${physical}' isn't of the form ${pattern.source}`]),
    ];
  }),
};

/** The name that the program gives; `undefined` where Pulumi makes one. */
function physicalName(resource: ResourceFacts): string | undefined {
  const given = resource.inputs[NAME_LIMITS[resource.type]?.input ?? 'name'];
  return isSet(given) ? String(given) : undefined;
}

const namesAreUnique: Rule = {
  name: 'names-are-unique',
  description:
    'Two resources of one name overwrite each other, or the second is refused half-way. Give each its own, made with context.named.',
  level: 'mandatory',
  scope: 'stack',
  check: (stack) => {
    const named = ofType(stack, Object.keys(NAME_LIMITS)).filter((resource) => isSet(physicalName(resource)));
    const known = named.filter((resource) => !isUnknown(physicalName(resource)));
    const byName = repeated(known, (one) => `${one.type} ${one.inputs.region ?? ''} ${physicalName(one)}`);
    return [
      ...repeated(stack.resources, ({ urn }) => urn).map((one) => ({
        resource: one,
        message: 'its URN is taken already',
      })),
      ...byName.map((one) => ({ resource: one, message: `its name ${physicalName(one)} is taken already` })),
    ];
  },
};

function repeated(resources: readonly ResourceFacts[], key: (resource: ResourceFacts) => string): ResourceFacts[] {
  const seen = new Set<string>();
  return resources.filter((resource) => {
    const isKnown = seen.has(key(resource));
    seen.add(key(resource));
    return isKnown;
  });
}

const namesHavePrefix: Rule = {
  name: 'names-have-prefix',
  description:
    "Roles are limited to what begins with the stack's prefix, and people find it by that. Name resources with context.named.",
  level: 'advisory',
  scope: 'stack',
  check: (stack) => {
    if (!isOfEnvironment(stack)) return [];
    const ours = stack.resources.filter(({ type }) => type.startsWith('aws:'));
    const prefix = prefixOf(stack);
    const others = ours.filter(({ name }) => !name.startsWith(`${prefix}-`));
    return others.map((resource) => ({ resource, message: `its name doesn't begin with ${prefix}-` }));
  },
};

/** Not what an account has once. */
function isOfEnvironment({ stack }: StackFacts): boolean {
  try {
    return environmentOf(stack) !== undefined;
  } catch {
    return false;
  }
}

function prefixOf({ project, stack }: StackFacts): string {
  return stackNames(project, stack).prefix;
}

const oneRegion: Rule = {
  name: 'resources-are-in-region',
  description:
    'Data that leaves its region may break a promise or a law. Make everything with the provider of the region in the config; only ' +
    'what CloudFront needs is in us-east-1.',
  level: 'advisory',
  scope: 'stack',
  check: (stack) => {
    const [home] = ofType(stack, 'pulumi:providers:aws').map(({ inputs }) => inputs.region);
    const abroad = stack.resources.filter(({ type, inputs: { region } }) => {
      const isOfAws = type === 'pulumi:providers:aws' || type.startsWith('aws:');
      return isOfAws && isSet(region) && !isUnknown(region) && region !== home && region !== CLOUDFRONT;
    });
    return abroad.map((resource) => ({ resource, message: `is in ${resource.inputs.region}, the stack in ${home}` }));
  },
};

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cnames-and-https-requirements.html */
const CLOUDFRONT = 'us-east-1';

export const namingRules = [namesFit, namesAreUnique, namesHavePrefix, oneRegion];
