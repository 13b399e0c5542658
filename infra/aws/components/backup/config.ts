import type { Environment, Problem, SettingsOf } from '@ml-platform/conventions';
import { defineSection } from '@ml-platform/conventions';
import { z } from 'zod';

/** AWS keeps what allows any moment of the past to be restored for no longer. */
const MOST_CONTINUOUS_DAYS = 35;
const FEWEST_PROD_DAYS = 7;

const off = { enabled: false, dailyDays: 7, weeklyDays: 35, continuous: false, lock: false };

export const backupConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('Whether the lake and the database are backed up'),
    dailyDays: z.int().min(1).max(365).describe('Days for which the backup of each night is kept'),
    weeklyDays: z.int().min(7).max(3650).describe('Days for which the backup of each Sunday is kept'),
    continuous: z.boolean().describe('Any second of the last dailyDays can be restored, not only each night'),
    lock: z.boolean().describe('Nobody deletes a backup before its time, and its retention can only grow'),
    lockGraceDays: z
      .int()
      .min(3)
      .max(36_500)
      .optional()
      .describe('After so many days nobody, not even AWS, can take the lock off any more; without it some roles can'),
  }),
  defaults: {
    dev: off,
    preview: off,
    staging: { ...off, enabled: true },
    prod: { enabled: true, dailyDays: 35, weeklyDays: 365, continuous: true, lock: true },
  },
});

type BackupSettings = SettingsOf<typeof backupConfig>;

/** What doesn't go together in the backup's settings. */
export function backupProblems(settings: BackupSettings, environment: Environment): Problem[] {
  const { enabled, dailyDays, weeklyDays, continuous, lock, lockGraceDays } = settings;
  const problem = (key: keyof BackupSettings, expected: string): Problem => {
    return { key: `backup.${key}`, value: settings[key], expected };
  };
  const isProd = environment === 'prod';
  const isLong = continuous && dailyDays > MOST_CONTINUOUS_DAYS;
  return [
    ...(isProd && !enabled ? [problem('enabled', 'true: prod is never without backups')] : []),
    ...(isProd && dailyDays < FEWEST_PROD_DAYS ? [problem('dailyDays', `at least ${FEWEST_PROD_DAYS} in prod`)] : []),
    ...(isLong ? [problem('dailyDays', `at most ${MOST_CONTINUOUS_DAYS} where backup.continuous is true`)] : []),
    ...(weeklyDays < dailyDays ? [problem('weeklyDays', `at least backup.dailyDays, ${dailyDays}`)] : []),
    ...(lockGraceDays !== undefined && !lock
      ? [problem('lockGraceDays', 'no such setting while backup.lock is false')]
      : []),
  ];
}
