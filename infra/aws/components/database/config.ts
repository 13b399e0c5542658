import { defineSection, type Environment, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

/** Aurora scales in steps of half a unit; a unit is about 2 GiB of memory with its processor. */
const units = z.number('a multiple of 0.5').multipleOf(0.5, 'a multiple of 0.5').max(256);

export const databaseConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe('A PostgreSQL database for metadata'),
    engineVersion: z
      .string()
      .regex(/^\d{2}(\.\d{1,2})?$/, 'a version such as 17, or 17.5')
      .describe('Version of PostgreSQL; of a major one alone AWS takes the newest minor one'),
    databaseName: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and underscores, a letter first')
      .describe('The database that is there from the start'),
    iamUsers: z
      .array(z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'lower-case letters, digits and underscores, a letter first'))
      .min(1)
      .describe('Users that log in with a role of IAM instead of a password'),
    minCapacity: units.min(0).describe('Units of Aurora that are always there and billed; 0 lets it pause'),
    maxCapacity: units.min(1).describe('Units of Aurora that it grows to'),
    pauseAfterSeconds: z
      .int()
      .min(300)
      .max(86_400)
      .describe('Seconds without a connection after which it pauses, where minCapacity is 0'),
    instances: z.int().min(1).max(3).describe('The writer and its readers, each in a zone of its own'),
    backupDays: z.int().min(1).max(35).describe('Days back to which it can be restored, to the second'),
    deletionProtection: z.boolean().describe('AWS refuses to delete it'),
    performanceInsights: z.boolean().describe('What its queries wait for, kept for 7 days'),
    proxy: z.boolean().describe('A pool of connections in front, for functions; it bills by the hour'),
    logDays: z.int().min(1).max(400).describe("Days for which the database's logs are kept"),
  }),
  defaults: {
    dev: small(false),
    preview: small(false),
    staging: { ...small(true), minCapacity: 0.5, backupDays: 7, logDays: 30 },
    prod: {
      ...small(true),
      minCapacity: 1,
      maxCapacity: 16,
      instances: 2,
      backupDays: 14,
      deletionProtection: true,
      performanceInsights: true,
      logDays: 90,
    },
  },
});

function small(enabled: boolean) {
  return {
    enabled,
    engineVersion: '17',
    databaseName: 'platform',
    iamUsers: ['platform'],
    minCapacity: 0,
    maxCapacity: 4,
    pauseAfterSeconds: 600,
    instances: 1,
    backupDays: 1,
    deletionProtection: false,
    performanceInsights: false,
    proxy: false,
    logDays: 7,
  };
}

type DatabaseSettings = SettingsOf<typeof databaseConfig>;

const PROD_BACKUP_DAYS = 7;

/** What doesn't go together in the database's settings, and what prod has to have. */
export function databaseProblems(settings: DatabaseSettings, environment: Environment): Problem[] {
  const { enabled, minCapacity, maxCapacity, instances, backupDays, deletionProtection, proxy } = settings;
  if (!enabled) return [];
  const unless = (holds: boolean, key: keyof DatabaseSettings, expected: string): Problem[] => {
    return holds ? [] : [{ key: `database.${key}`, value: settings[key], expected }];
  };
  const isProd = environment === 'prod';
  return [
    ...unless(maxCapacity >= minCapacity, 'maxCapacity', `at least database.minCapacity, ${minCapacity}`),
    ...unless(!proxy || minCapacity > 0, 'proxy', 'false where database.minCapacity is 0: a proxy never lets it pause'),
    ...unless(!isProd || deletionProtection, 'deletionProtection', 'true in prod'),
    ...unless(!isProd || backupDays >= PROD_BACKUP_DAYS, 'backupDays', `at least ${PROD_BACKUP_DAYS} in prod`),
    ...unless(!isProd || instances > 1, 'instances', 'at least 2 in prod: one takes over when another fails'),
    ...unless(
      !isProd || minCapacity > 0,
      'minCapacity',
      'more than 0 in prod: what pauses takes 15 seconds to wake up',
    ),
  ];
}
