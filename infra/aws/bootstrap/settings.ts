import * as pulumi from '@pulumi/pulumi';
import { defineConfig, ENVIRONMENTS, readStackConfig } from '@ml-platform/conventions';
import { z } from 'zod';
import { SCALARS } from '../config/scalars.ts';
import { AZURE_DEVOPS } from './azure-subjects.ts';
import { ciProblems } from './ci-identity.ts';

const id = (whose: string, path: string) => {
  const expected = `the number that gh api repos/ORGANIZATION/NAME --jq ${path} prints, in quotes`;
  return z.string(expected).regex(/^\d+$/, expected).optional().describe(`GitHub's id of the ${whose}: ${expected}`);
};

const place = (what: string, unlessGiven: string) => {
  const expected = 'an address such as s3://acme-lake/models';
  const address = z.string(expected).regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/[\w.=/-]*[\w.=-]\/?$/, expected);
  return address.optional().describe(`${what}, as s3://BUCKET/PREFIX; ${unlessGiven} of dev's own lake unless given`);
};

/** All that the stack file of an account's bootstrap may say. */
export const BOOTSTRAP_CONFIG = defineConfig({
  scalars: {
    ...SCALARS,
    repository: z
      .string('the repository on GitHub, as ORGANIZATION/NAME')
      .regex(/^[\w.-]+\/[\w.-]+$/, 'the repository on GitHub, as ORGANIZATION/NAME')
      .optional()
      .describe('Whose workflows may deploy: ORGANIZATION/NAME on GitHub; this or azureDevOps'),
    ownerId: id("repository's owner", '.owner.id'),
    repositoryId: id('repository', '.id'),
    subjects: z
      .enum(['ids', 'names', 'both'])
      .optional()
      .describe(
        'How GitHub names a job: with ids, as it does for repositories made, renamed or moved since 15 July 2026, or by ' +
          'names alone; both while a repository goes from one to the other; ids unless given',
      ),
    azureDevOps: AZURE_DEVOPS.optional().describe(
      'Whose pipelines may deploy, by service connections aws-ENVIRONMENT and aws-reader; this or repository',
    ),
    alertEmail: z
      .email('an address such as ml-platform@acme.example')
      .describe('Who is told when the account spends more than it should'),
    monthlyLimit: z
      .string()
      .regex(/^\d+$/, 'whole US dollars, in quotes')
      .optional()
      .describe('US dollars that the account may spend in a month before somebody is told; 3000 unless given'),
    environments: z
      .array(z.enum(ENVIRONMENTS).exclude(['preview']))
      .min(1)
      .describe('The environments that have their stacks in this account; previews live where dev does'),
    modelRegistry: place("Where CI's jobs keep models", 'models'),
    dataRemote: place('Where they keep versioned data', 'dvc'),
    predictions: place('Where predictions are logged, which they read', 'predictions'),
    trail: z
      .boolean()
      .optional()
      .describe('A trail of all that is done in the account; leave it to the organization where it has one'),
    anomalyMonitor: z.boolean().optional().describe('A watch on unusual cost by service; an account can have one only'),
    costTags: z.boolean().optional().describe('Bills by our tags; only the account that pays can switch that on'),
  },
  sections: {},
  rules: [ciProblems],
});

/**
 * The settings of the bootstrap that Pulumi is at work on.
 *
 * @throws PlatformError `config` that names every wrong key.
 */
export function readBootstrap() {
  const facts = { project: pulumi.getProject(), stack: pulumi.getStack() };
  const values = { [`${facts.project}:environment`]: 'prod', ...pulumi.runtime.allConfig() };
  return readStackConfig(BOOTSTRAP_CONFIG, facts, values);
}
