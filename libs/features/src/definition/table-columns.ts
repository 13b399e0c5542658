import { EVENT_TIME, FEATURE_TIME, type FeatureSetSpec, keyNames } from './feature-set.ts';

/** Names of the columns of a set's table, in their order. */
export function tableColumns(set: FeatureSetSpec): string[] {
  return [...keyNames(set), FEATURE_TIME, ...(set.ttl === undefined ? [] : [EVENT_TIME]), ...Object.keys(set.features)];
}
