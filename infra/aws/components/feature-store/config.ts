import { defineSection, type Problem, type SettingsOf } from '@ml-platform/conventions';
import { z } from 'zod';

/** SageMaker takes 64 characters, of which the stack's name and the version need some. */
const NAME = /^[a-z][a-z0-9-]{0,37}[a-z0-9]$/;
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_FeatureDefinition.html */
const FEATURE = /^[a-zA-Z0-9](?:[_-]*[a-zA-Z0-9]){0,63}$/;
const RESERVED = ['is_deleted', 'write_time', 'api_invocation_time'];

const group = z.strictObject({
  version: z
    .int()
    .min(1)
    .describe('Part of the name: what a group is can hardly be changed, so a new one takes its place'),
  recordId: z.string().describe('The feature that says what a record is about'),
  eventTime: z.string().describe('The feature that says when it held: an ISO 8601 text, or seconds since 1970'),
  features: z
    .record(z.string().regex(FEATURE, 'letters, digits, _ and -'), z.enum(['String', 'Integral', 'Fractional']))
    .describe('All features with their types, the two above among them'),
  online: z.boolean().describe('The newest record of each is there within milliseconds; bills by use'),
  onlineDays: z.int().min(1).max(3650).optional().describe('After so many days a record is gone from there'),
});

const none = { enabled: true, groups: {} };

export const featureStoreConfig = defineSection({
  schema: z.strictObject({
    enabled: z.boolean().describe("SageMaker's feature store"),
    groups: z
      .record(z.string().regex(NAME, 'lower-case letters, digits and dashes, 2 to 39'), group)
      .describe('Feature groups by their name'),
  }),
  defaults: { dev: none, preview: none, staging: none, prod: none },
});

/** What doesn't go together in the feature groups. */
export function featureStoreProblems({ groups }: SettingsOf<typeof featureStoreConfig>): Problem[] {
  return Object.entries(groups).flatMap(([name, { features, recordId, eventTime, online, onlineDays }]) => {
    const problem = (key: string, value: unknown, expected: string): Problem[] => {
      return [{ key: `featureStore.groups.${name}.${key}`, value, expected }];
    };
    const known = Object.keys(features);
    const named = known.join(', ') || 'none';
    const isTime = features[eventTime] !== 'Integral';
    return [
      ...(known.includes(recordId) ? [] : problem('recordId', recordId, `one of its features: ${named}`)),
      ...(known.includes(eventTime) ? [] : problem('eventTime', eventTime, `one of its features: ${named}`)),
      ...(isTime
        ? []
        : problem(`features.${eventTime}`, 'Integral', 'String or Fractional: it is the time of an event')),
      ...(onlineDays === undefined || online ? [] : problem('onlineDays', onlineDays, 'none while online is false')),
      ...known
        .filter((one) => RESERVED.includes(one))
        .flatMap((one) => {
          return problem(`features.${one}`, one, `another name: SageMaker keeps ${RESERVED.join(', ')} for itself`);
        }),
    ];
  });
}
