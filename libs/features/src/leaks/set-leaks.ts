import type { Source } from '../build/source.ts';
import { EVENT_TIME, FEATURE_TIME, type FeatureSetSpec } from '../definition/feature-set.ts';
import type { EngineOptions } from '../duckdb/session.ts';
import { featureQuery } from '../query/feature-query.ts';
import { planOf } from '../query/plan.ts';
import { findLeaks, type Leak, refuseLeaks } from './find-leaks.ts';

export interface SetLeakSearch extends EngineOptions {
  readonly source: Source;
  /** Columns whose values nobody knows before `knownAt`. */
  readonly outcomes: readonly string[];
  /** SQL over an event's columns: when it was really known; by the set's own `knownAfter` unless given. */
  readonly knownAt?: string;
  readonly moments?: number;
}

/** Searches a feature set for values that change with events that weren't known at their time. */
export async function findSetLeaks(set: FeatureSetSpec, { knownAt, ...search }: SetLeakSearch): Promise<Leak[]> {
  const plan = await planOf(set);
  return findLeaks({
    ...search,
    events: 'feature_events',
    knownAt: knownAt ?? `make_timestamp(${plan.known})`,
    without: true,
    query: featureQuery(plan, 'feature_events'),
    rows: plan.keys,
    time: FEATURE_TIME,
    ...(set.ttl !== undefined && { ignore: [EVENT_TIME] }),
  });
}

/**
 * Throws where {@link findSetLeaks} finds a value that knows the future.
 *
 * @throws PlatformError `data` that names the features.
 */
export async function assertNoSetLeaks(set: FeatureSetSpec, search: SetLeakSearch): Promise<void> {
  refuseLeaks(await findSetLeaks(set, search));
}
