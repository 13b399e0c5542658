import type { Environment } from '@ml-platform/conventions';

const SIZES = [
  'nano',
  'micro',
  'small',
  'medium',
  'large',
  'xlarge',
  '2xlarge',
  '4xlarge',
  '8xlarge',
  '12xlarge',
] as const;

interface Limit {
  readonly families: RegExp;
  readonly largest: (typeof SIZES)[number];
}

const GENERAL = /^[tmcr]\d/;
const WITH_ACCELERATORS = /^([tmcr]\d|g4dn|g5|g6|inf\d)/;

/**
 * What may run all day in an environment; a training job, which ends, is limited by its step. Whoever needs more changes
 * it here, in a pull request that says why.
 */
const LIMITS: Readonly<Record<Environment, Limit>> = {
  dev: { families: GENERAL, largest: 'xlarge' },
  preview: { families: GENERAL, largest: 'xlarge' },
  staging: { families: WITH_ACCELERATORS, largest: '2xlarge' },
  prod: { families: WITH_ACCELERATORS, largest: '12xlarge' },
};

/** Whether an instance type such as `ml.m5.large`, `db.t4g.medium` or `m6i.xlarge` may run in an environment. */
export function mayRun(instanceType: string, environment: Environment): boolean {
  const [size = '', family = ''] = instanceType.split('.').reverse();
  if (size === 'serverless') return true;
  const { families, largest } = LIMITS[environment];
  const sizes: readonly string[] = SIZES;
  const rank = sizes.indexOf(size);
  return families.test(family) && rank >= 0 && rank <= SIZES.indexOf(largest);
}

export function limitText(environment: Environment): string {
  const { families, largest } = LIMITS[environment];
  return `${families === GENERAL ? 't, m, c or r' : 't, m, c, r, g4dn, g5, g6 or inf'} up to ${largest}`;
}
