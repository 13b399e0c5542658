import { stackNames } from '@ml-platform/conventions';

export interface AccountPlace {
  readonly project: string;
  readonly account: string;
  readonly region: string;
}

/** Where one environment's workflows are at work: its own stack and, in dev, those of pull requests. */
export interface DeployerPlace extends AccountPlace {
  readonly environment: string;
  /** What the names of the environment's resources begin with, such as `acme-dev`. */
  readonly prefix: string;
  /** Patterns of all prefixes, the own one first. */
  readonly prefixes: readonly string[];
  /** Patterns of the tag `stack` of what has no name of its own. */
  readonly stacks: readonly string[];
}

/** The most digits that a pull request's number may have in a stack's name: `environmentOf`. */
const DIGITS = 8;

export function deployerPlace(place: AccountPlace, environment: string): DeployerPlace {
  const { prefix } = stackNames(place.project, environment);
  const isDev = environment === 'dev';
  return {
    ...place,
    environment,
    prefix,
    prefixes: [prefix, ...(isDev ? previewPrefixes(place.project) : [])],
    stacks: [environment, ...(isDev ? ['pr-*'] : [])],
  };
}

/**
 * Patterns of what begins the names of pull requests' stacks. A long number shortens the project's name, which then ends
 * in its hash: one pattern has all of those.
 */
export function previewPrefixes(project: string): string[] {
  const parts = Array.from({ length: DIGITS }, (_, index) => {
    return stackNames(project, `pr-${'1'.repeat(index + 1)}`).prefix.replace(/-pr-1+$/, '');
  });
  const patterns = parts.map((part) => (part === project ? part : `${part.slice(0, 1)}*${part.slice(-HASH)}`));
  return [...new Set(patterns)].map((part) => `${part}-pr-*`);
}

/** Characters of a hash in a shortened name. */
const HASH = 4;

/** ARNs of an environment's resources. */
export function arnsIn({ region, account, prefixes }: DeployerPlace) {
  const arn = (service: string, resource: string) => `arn:aws:${service}:${region}:${account}:${resource}`;
  return {
    arn,
    /** By kind, such as `function:`; of each prefix. */
    named: (service: string, ...kinds: readonly string[]) =>
      kinds.flatMap((kind) => prefixes.map((prefix) => arn(service, `${kind}${prefix}-*`))),
    /** `resource` is a function of the prefix, where that isn't followed by a dash. */
    each: (service: string, resource: (prefix: string) => string) => prefixes.map((one) => arn(service, resource(one))),
  };
}

/** `service:*Thing*` for each. */
export function verbs(service: string, ...things: readonly string[]): string[] {
  return things.map((thing) => `${service}:*${thing}*`);
}

/** What is tagged as one of the environment's stacks. */
export function taggedAs({ project, stacks }: DeployerPlace, key: 'RequestTag' | 'ResourceTag') {
  return { StringEquals: { [`aws:${key}/project`]: project }, StringLike: { [`aws:${key}/stack`]: stacks } };
}
