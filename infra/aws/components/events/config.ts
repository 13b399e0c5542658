import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';
import { ZONES } from '../lake/zones.ts';

const zones = z.array(z.enum(ZONES));

const small = {
  enabled: true,
  validateZones: ['raw'] as const,
  retrainZones: ['curated'] as const,
  retrainOnDrift: true,
  retrainWindowSeconds: 300,
  webhook: false,
  retryHours: 1,
  archiveDays: 0,
  logDays: 14,
};

const settings = { ...small, validateZones: [...small.validateZones], retrainZones: [...small.retrainZones] };

export const eventsConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Functions that validate new data, start training on it, and tell people'),
    validateZones: zones.describe(
      'Zones of the lake whose new files are checked, and moved away where they are broken',
    ),
    retrainZones: zones.describe('Zones whose new files start the pipeline retrainPipeline'),
    retrainOnDrift: z.boolean().describe('The alarm on drift that monitoring has starts it as well'),
    retrainPipeline: z
      .string()
      .min(1)
      .optional()
      .describe('The pipeline, by its name under pipelines; none without it'),
    retrainWindowSeconds: z
      .int()
      .min(1)
      .max(900)
      .describe('All that comes within a window of so long starts one run, when it is over'),
    webhook: z.boolean().describe('Messages for people also go to the HTTPS address in the secret webhookUrl'),
    deployUrl: z
      .url({ protocol: /^https$/ })
      .optional()
      .describe('Is called when a model is approved, with the token in the secret deployToken: what deploys it'),
    retryHours: z
      .int()
      .min(1)
      .max(24)
      .describe('Hours for which an event is tried again before it goes to the dead letters'),
    archiveDays: z.int().min(0).max(400).describe('Days for which events are kept, to be replayed; 0 keeps none'),
    reservedConcurrency: z
      .int()
      .min(1)
      .max(1000)
      .optional()
      .describe(
        'So many copies of each function run at most, and always can; a new account has too few to reserve any',
      ),
    logDays: z.int().min(1).max(400).describe('Days for which the logs of the functions are kept'),
  }),
  defaults: {
    dev: settings,
    preview: { ...settings, enabled: false, logDays: 3 },
    staging: { ...settings, retryHours: 6, archiveDays: 14, logDays: 30 },
    prod: { ...settings, retryHours: 24, archiveDays: 90, logDays: 90, reservedConcurrency: 10 },
  },
});
