import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

const account = z.string().regex(/^\d{12}$/, 'the twelve digits of an AWS account, in quotes');

export const modelsConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Whether versions of models are registered in the stack'),
    groups: z
      .record(
        z.string().regex(/^[a-z][a-z0-9-]{0,39}$/, 'a name of at most 40 lower-case letters, digits, dashes'),
        z.string().min(1).max(1024),
      )
      .describe('Models that have versions, by name, each with what it predicts'),
    readers: z.array(account).describe('Other accounts that may read versions and make models of them'),
    registrars: z.array(account).describe('Other accounts that may add versions and approve them'),
    modelCards: z.boolean().describe('A card per model, for people to say what it is for and what to mind'),
  }),
  defaults: {
    dev: { enabled: true, groups: {}, readers: [], registrars: [], modelCards: false },
    preview: { enabled: false, groups: {}, readers: [], registrars: [], modelCards: false },
    staging: { enabled: true, groups: {}, readers: [], registrars: [], modelCards: false },
    prod: { enabled: true, groups: {}, readers: [], registrars: [], modelCards: true },
  },
});
