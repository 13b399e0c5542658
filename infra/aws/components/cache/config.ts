import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

export const cacheConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('A cache of Valkey for online values, as large as what is in it'),
    engineVersion: z.string().regex(/^\d$/, 'a major version such as 8').describe('Major version of Valkey'),
    maxGigabytes: z.int().min(1).max(5000).describe('It holds no more than that: then the least used go'),
    maxUnitsPerSecond: z
      .int()
      .min(1000)
      .max(15_000_000)
      .describe('It answers no more than that: a unit is a simple command on 1 kB'),
    snapshotDays: z.int().min(0).max(35).describe('Days for which daily snapshots are kept; 0 takes none'),
  }),
  defaults: {
    dev: { enabled: false, engineVersion: '8', maxGigabytes: 1, maxUnitsPerSecond: 1000, snapshotDays: 0 },
    preview: { enabled: false, engineVersion: '8', maxGigabytes: 1, maxUnitsPerSecond: 1000, snapshotDays: 0 },
    staging: { enabled: false, engineVersion: '8', maxGigabytes: 2, maxUnitsPerSecond: 5000, snapshotDays: 0 },
    prod: { enabled: false, engineVersion: '8', maxGigabytes: 10, maxUnitsPerSecond: 50_000, snapshotDays: 1 },
  },
});

/** A cache is in two zones at least: https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/GettingStarted.html */
export function cacheProblems(settings: SettingsOf<typeof cacheConfig>, zones: readonly string[]): Problem[] {
  if (!settings.enabled || zones.length >= 2) return [];
  return [{ key: 'cache.enabled', value: true, expected: 'false with fewer than two network.zones' }];
}
