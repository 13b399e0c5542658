import * as pulumi from '@pulumi/pulumi';
import { defineConfig, ENVIRONMENTS, readStackConfig } from '@ml-platform/conventions';
import { z } from 'zod';
import { SCALARS } from '../config/scalars.ts';

/** All that the stack file of an account's bootstrap may say. */
export const BOOTSTRAP_CONFIG = defineConfig({
  scalars: {
    ...SCALARS,
    repository: z
      .string('the repository on GitHub, as ORGANIZATION/NAME')
      .regex(/^[\w.-]+\/[\w.-]+$/, 'the repository on GitHub, as ORGANIZATION/NAME')
      .describe('Whose workflows may deploy: ORGANIZATION/NAME on GitHub'),
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
    trail: z
      .boolean()
      .optional()
      .describe('A trail of all that is done in the account; leave it to the organization where it has one'),
    anomalyMonitor: z.boolean().optional().describe('A watch on unusual cost by service; an account can have one only'),
    costTags: z.boolean().optional().describe('Bills by our tags; only the account that pays can switch that on'),
  },
  sections: {},
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
