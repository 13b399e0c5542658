import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';
import { ZONES } from './zones.ts';

const days = (min: number) => z.int().min(min).optional();

/** S3 takes no object into infrequent access before its 30th day, nor out of it within 30 more. */
const DAYS_IN_CLASS = 30;

const zone = z.strictObject({
  infrequentAfterDays: days(DAYS_IN_CLASS).describe('Cheaper to keep, dearer to read, from this day on'),
  archiveAfterDays: days(1).describe('To the class archiveClass from this day on'),
  expireAfterDays: days(1).describe('Deleted on this day; never, where it is left out'),
});

export type ZoneLifecycle = z.output<typeof zone>;

const account = z.string().regex(/^\d{12}$/, 'the twelve digits of an AWS account, in quotes');

const kept = {
  archiveClass: 'GLACIER_IR',
  intelligentTiering: false,
  oldVersionDays: 30,
  scratchDays: 30,
  accessLogs: true,
  accessLogDays: 90,
  readers: [],
  readableZones: ['curated', 'features'],
} as const;

const brief = {
  ...kept,
  raw: { expireAfterDays: 90 },
  curated: { expireAfterDays: 90 },
  features: { expireAfterDays: 90 },
  models: { expireAfterDays: 90 },
  predictions: { expireAfterDays: 30 },
  pipelines: { expireAfterDays: 30 },
  oldVersionDays: 7,
  scratchDays: 7,
  accessLogs: false,
  accessLogDays: 30,
};

export const lakeConfig = defineSection({
  schema: z.strictObject({
    raw: zone.describe('Data as it came'),
    curated: zone.describe('Data that is checked and cleaned'),
    features: zone.describe('Values of features'),
    models: zone.describe('Trained models'),
    predictions: zone.describe('What models answered'),
    pipelines: zone.describe('What steps of pipelines leave for one another'),
    archiveClass: z
      .enum(['GLACIER_IR', 'GLACIER', 'DEEP_ARCHIVE'])
      .describe('Where archived data lies: GLACIER_IR is read at once, the others are restored first, for hours'),
    intelligentTiering: z
      .boolean()
      .describe('S3 moves each object by how it is read, instead of all by their age; costs a little per object'),
    oldVersionDays: z
      .int()
      .min(1)
      .max(3650)
      .describe('Days for which an overwritten or deleted version can be restored'),
    scratchDays: z.int().min(1).max(365).describe('Days for which results of queries and refused files are kept'),
    accessLogs: z.boolean().describe('A record of every request'),
    accessLogDays: z.int().min(1).max(400).describe('Days for which that record is kept'),
    readers: z
      .array(
        z.strictObject({
          account: account.describe('The account'),
          externalId: z.string().min(8).describe('What it has to say when it takes the role on: agreed with it'),
        }),
      )
      .describe('Other accounts that may read the lake'),
    readableZones: z.array(z.enum(ZONES)).describe('What these accounts may read'),
  }),
  defaults: {
    dev: { ...brief, readers: [], readableZones: [...brief.readableZones] },
    preview: { ...brief, readers: [], readableZones: [...brief.readableZones] },
    staging: {
      ...kept,
      raw: { infrequentAfterDays: 30, expireAfterDays: 365 },
      curated: { infrequentAfterDays: 60, expireAfterDays: 365 },
      features: { expireAfterDays: 365 },
      models: { expireAfterDays: 365 },
      predictions: { expireAfterDays: 90 },
      pipelines: { expireAfterDays: 60 },
      readers: [],
      readableZones: [...kept.readableZones],
    },
    prod: {
      ...kept,
      raw: { infrequentAfterDays: 30, archiveAfterDays: 180 },
      curated: { infrequentAfterDays: 90 },
      features: { infrequentAfterDays: 180 },
      models: { infrequentAfterDays: 180 },
      predictions: { infrequentAfterDays: 30, archiveAfterDays: 180, expireAfterDays: 730 },
      pipelines: { expireAfterDays: 180 },
      oldVersionDays: 90,
      accessLogDays: 365,
      readers: [],
      readableZones: [...kept.readableZones],
    },
  },
});

type LakeSettings = SettingsOf<typeof lakeConfig>;

/** What doesn't go together in the lake's settings. */
export function lakeProblems(settings: LakeSettings, account: string): Problem[] {
  const accounts = settings.readers.map((reader) => reader.account);
  const twice = accounts.filter((one, index) => accounts.indexOf(one) !== index || one === account);
  return [
    ...ZONES.flatMap((name) => zoneProblems(`lake.${name}`, settings[name])),
    ...twice.map((value) => ({ key: 'lake.readers', value, expected: 'other accounts than the own, each once' })),
  ];
}

function zoneProblems(
  key: string,
  { infrequentAfterDays, archiveAfterDays, expireAfterDays }: ZoneLifecycle,
): Problem[] {
  const earliest = infrequentAfterDays === undefined ? 0 : infrequentAfterDays + DAYS_IN_CLASS;
  const last = archiveAfterDays ?? infrequentAfterDays ?? 0;
  const isSoon = archiveAfterDays !== undefined && archiveAfterDays < earliest;
  const isGone = expireAfterDays !== undefined && expireAfterDays <= last;
  return [
    ...(isSoon ? [{ key: `${key}.archiveAfterDays`, value: archiveAfterDays, expected: `at least ${earliest}` }] : []),
    ...(isGone ? [{ key: `${key}.expireAfterDays`, value: expireAfterDays, expected: `more than ${last}` }] : []),
  ];
}
