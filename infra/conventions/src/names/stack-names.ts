import { createHash } from 'node:crypto';
import { PlatformError } from '@ml-platform/errors';

/**
 * So long may a prefix be that the shortest limit still leaves room: AWS allows 32 characters for a load balancer, and
 * Pulumi appends 8 of its own.
 */
const LONGEST_PREFIX = 17;
const LONGEST_STACK = 11;
const HASH = 4;

/** Gives the resources of one stack their names: `acme-dev-lake`. */
export type StackNames = ((name: string) => string) & {
  /** What every name of the stack begins with, and a policy can match: `acme-dev`. */
  readonly prefix: string;
};

/**
 * Names of one stack's resources. A long project name is cut and gets a hash, so that two of them stay apart.
 *
 * @throws PlatformError `config` for a stack name that no cloud would take in a name.
 */
export function stackNames(project: string, stack: string): StackNames {
  if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(stack) || stack.length > LONGEST_STACK) {
    throw new PlatformError(`stack name '${stack}' can't be part of a resource's name`, {
      code: 'config',
      hint: `use at most ${LONGEST_STACK} lower-case letters, digits and single dashes between them, a letter first`,
    });
  }
  const prefix = `${shortened(project, LONGEST_PREFIX - 1 - stack.length)}-${stack}`;
  return Object.assign((name: string) => `${prefix}-${name}`, { prefix });
}

/** A name of lower-case letters, digits and dashes that is at most `length` long, and another for another name. */
export function shortened(name: string, length: number): string {
  const plain = name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+|-+$/g, '');
  if (plain === name && name.length <= length) return name;
  const hash = createHash('sha256').update(name).digest('hex');
  const kept = plain.slice(0, Math.max(length - HASH, 1)).replace(/-+$/, '') || 'p';
  return `${kept}${hash}`.slice(0, Math.min(kept.length + HASH, length));
}
