import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

/** Zones of the lake, each a prefix of its bucket. */
const ZONES = ['raw', 'curated', 'features', 'models', 'predictions', 'pipelines'] as const;

const trustedAccount = z.strictObject({
  account: z
    .string()
    .regex(/^\d{12}$/, 'the twelve digits of an AWS account, in quotes')
    .describe('The other account'),
  externalId: z
    .string()
    .regex(/^[\w+=,.@:/-]{8,128}$/, '8 to 128 letters, digits or _+=,.@:/-')
    .describe('What the other account has to say when it takes the role: not a secret, but hard to guess'),
  may: z
    .enum(['register', 'pull'])
    .describe('register: put model versions here (a tooling account); pull: read models and images (a prod account)'),
});

export const accessConfig = defineSection({
  schema: z.strictObject({
    trainingWrites: z.array(z.enum(ZONES)).min(1).describe('Zones of the lake that steps may write to'),
    metricNamespaces: z
      .array(z.string().min(1))
      .min(1)
      .describe('CloudWatch namespaces that jobs and servers may write to'),
    privateJobsOnly: z.boolean().describe('Refuse jobs of SageMaker that are not in the private subnets'),
    trustedAccounts: z.array(trustedAccount).describe('Other accounts that get a role here, and what for'),
  }),
  defaults: {
    dev: defaults(false),
    preview: defaults(false),
    staging: defaults(true),
    prod: defaults(true),
  },
});

function defaults(privateJobsOnly: boolean) {
  return {
    trainingWrites: ['curated' as const, 'features' as const, 'models' as const, 'pipelines' as const],
    metricNamespaces: ['ml-platform'],
    privateJobsOnly,
    trustedAccounts: [],
  };
}

/** An account that is trusted twice for one thing, or that is the stack's own. */
export function accessProblems(access: SettingsOf<typeof accessConfig>, account: string): Problem[] {
  const said = access.trustedAccounts.map((one) => `${one.account} ${one.may}`);
  return access.trustedAccounts.flatMap((one, index) => {
    const key = `access.trustedAccounts.${index}.account`;
    if (one.account === account)
      return [{ key, value: one.account, expected: "an account other than the stack's own" }];
    if (said.indexOf(`${one.account} ${one.may}`) === index) return [];
    return [{ key, value: one.account, expected: `each account once for '${one.may}'` }];
  });
}
