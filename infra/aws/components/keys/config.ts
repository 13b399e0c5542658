import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

export const keysConfig = defineSection({
  schema: z.strictObject({
    perPurpose: z.boolean().describe('A key of its own for data, messages, logs, databases and secrets'),
    deletionDays: z.int().min(7).max(30).describe('Days in which the deletion of a key can be taken back'),
  }),
  defaults: {
    dev: { perPurpose: false, deletionDays: 7 },
    preview: { perPurpose: false, deletionDays: 7 },
    staging: { perPurpose: true, deletionDays: 14 },
    prod: { perPurpose: true, deletionDays: 30 },
  },
});
