import type { SettingsOf } from '@ml-platform/conventions';
import type * as inputs from '@pulumi/aws/types/input.js';
import type { lakeConfig, ZoneLifecycle } from './config.ts';
import { SCRATCH, ZONES } from './zones.ts';

type Rule = inputs.s3.BucketLifecycleConfigurationRule;
type LakeSettings = SettingsOf<typeof lakeConfig>;

/** A client that gave up an upload doesn't come back for its parts. */
const UPLOAD_DAYS = 7;

/** All rules of the lake: a bucket has one set of them, and a rule that does nothing is refused. */
export function lifecycleRules(settings: LakeSettings): Rule[] {
  return [
    ...ZONES.flatMap((zone) => zoneRule(zone, settings[zone], settings)),
    ...SCRATCH.map((prefix) => onPrefix(prefix, { expiration: { days: settings.scratchDays } })),
    {
      id: 'everything',
      status: 'Enabled',
      filter: { prefix: '' },
      abortIncompleteMultipartUpload: { daysAfterInitiation: UPLOAD_DAYS },
      noncurrentVersionExpiration: { noncurrentDays: settings.oldVersionDays },
      expiration: { expiredObjectDeleteMarker: true },
    },
  ];
}

function zoneRule(zone: string, lifecycle: ZoneLifecycle, settings: LakeSettings): Rule[] {
  const { expireAfterDays } = lifecycle;
  const transitions = settings.intelligentTiering
    ? [{ days: 0, storageClass: 'INTELLIGENT_TIERING' }]
    : byAge(lifecycle, settings.archiveClass);
  if (transitions.length === 0 && expireAfterDays === undefined) return [];
  const expiration = expireAfterDays === undefined ? {} : { expiration: { days: expireAfterDays } };
  return [onPrefix(zone, { ...(transitions.length > 0 && { transitions }), ...expiration })];
}

function byAge({ infrequentAfterDays, archiveAfterDays }: ZoneLifecycle, archiveClass: string) {
  return [
    ...(infrequentAfterDays === undefined ? [] : [{ days: infrequentAfterDays, storageClass: 'STANDARD_IA' }]),
    ...(archiveAfterDays === undefined ? [] : [{ days: archiveAfterDays, storageClass: archiveClass }]),
  ];
}

function onPrefix(prefix: string, actions: Partial<Rule>): Rule {
  return { id: prefix, status: 'Enabled', filter: { prefix: `${prefix}/` }, ...actions };
}
