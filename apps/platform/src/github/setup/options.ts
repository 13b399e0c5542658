import { flag, text, texts } from '../../command-line.ts';
import { readOptions, usage } from '../options.ts';

/** The order is that in which a release goes through them. */
export const ENVIRONMENTS = ['dev', 'staging', 'prod'] as const;
export type EnvironmentName = (typeof ENVIRONMENTS)[number];

export interface SetupOptions {
  readonly reviewers: readonly string[];
  /** Variables of the repository, by name. */
  readonly variables: Readonly<Record<string, string>>;
  /** Variables of environments, by environment and name. */
  readonly environmentVariables: Readonly<Partial<Record<EnvironmentName, Readonly<Record<string, string>>>>>;
  readonly checks: readonly string[];
}

const OPTIONS = {
  repo: text,
  reviewers: texts,
  role: texts,
  'reader-role': text,
  region: texts,
  backend: text,
  'from-bootstrap': flag,
  registry: text,
  model: text,
  predictions: text,
  check: texts,
  'dry-run': flag,
} as const;

/** The name of the last job of the generated workflow `ci`. */
const CHECK = 'all is well';
const ROLE = /^arn:[\w-]+:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const REVIEWERS = 6;

export function readFlags(args: readonly string[]) {
  return readOptions(args, OPTIONS);
}

/** @throws PlatformError `usage` for a value that GitHub or AWS would not take. */
export function readSetup(values: ReturnType<typeof readFlags>): SetupOptions {
  const reviewers = (values.reviewers ?? []).flatMap((list) => list.split(',')).map((name) => name.trim());
  if (reviewers.includes('')) throw usage('--reviewers has an empty name');
  // https://docs.github.com/rest/deployments/environments
  if (reviewers.length > REVIEWERS) throw usage(`--reviewers has ${reviewers.length} names, GitHub takes ${REVIEWERS}`);
  const reader = values['reader-role'];
  for (const arn of [
    ...(values.role ?? []).map((pair) => pair.slice(pair.indexOf('=') + 1)),
    ...(reader ? [reader] : []),
  ]) {
    if (!ROLE.test(arn)) throw usage(`'${arn}' is no role's ARN, as arn:aws:iam::111111111111:role/NAME`);
  }
  return {
    reviewers,
    variables: present({
      AWS_READER_ROLE: reader,
      // Jobs that only read have no environment.
      AWS_REGION: values.region?.findLast((region) => !region.includes('=')),
      MODEL: values.model,
      MODEL_REGISTRY: values.registry,
      PREDICTIONS: values.predictions,
      PULUMI_BACKEND_URL: values.backend,
    }),
    environmentVariables: byEnvironment(values.role ?? [], values.region ?? []),
    checks: values.check ?? [CHECK],
  };
}

function byEnvironment(roles: readonly string[], regions: readonly string[]) {
  const found: Partial<Record<EnvironmentName, Record<string, string>>> = {};
  const put = (environment: EnvironmentName, name: string, value: string) => {
    found[environment] = { ...found[environment], [name]: value };
  };
  for (const region of regions.filter((one) => !one.includes('='))) {
    for (const environment of ENVIRONMENTS) put(environment, 'AWS_REGION', region);
  }
  for (const [name, pairs] of [
    ['AWS_REGION', regions.filter((one) => one.includes('='))],
    ['AWS_ROLE', roles],
  ] as const) {
    for (const pair of pairs) {
      const [environment = '', ...value] = pair.split('=');
      put(environmentOf(environment, pair), name, value.join('='));
    }
  }
  return found;
}

function environmentOf(word: string, pair: string): EnvironmentName {
  const found = ENVIRONMENTS.find((name) => name === word);
  if (found !== undefined && pair.includes('=')) return found;
  throw usage(`'${pair}' is of no environment, expected one of ${ENVIRONMENTS.map((name) => `${name}=…`).join(', ')}`);
}

function present(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
