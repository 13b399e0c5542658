export {
  type BuildOptions,
  type BuildProgress,
  type BuildResult,
  buildFeatures,
} from './build/build-features.ts';
export type { PartitionBy } from './build/partitions.ts';
export type { Source } from './build/source.ts';
export { type CatalogEntry, catalogPage } from './catalog/catalog-page.ts';
export { checkFeatureSet } from './definition/check-feature-set.ts';
export type { Duration } from './definition/duration.ts';
export {
  defineFeatureSet,
  type EntityKey,
  type Feature,
  type FeatureSet,
  type FeatureSetSpec,
  type FeatureValues,
} from './definition/feature-set.ts';
export type { KeyType, SqlType, ValueOf } from './definition/sql-types.ts';
export type { EngineOptions } from './duckdb/session.ts';
export { assertNoLeaks, findLeaks, type Leak, type LeakSearch } from './leaks/find-leaks.ts';
export { assertNoSetLeaks, findSetLeaks, type SetLeakSearch } from './leaks/set-leaks.ts';
export type { MaterializeOptions } from './online/materialize.ts';
export { type OnlineStore, type OnlineStoreOptions, openOnlineStore } from './online/online-store.ts';
export type { ParityDifference, ParityReport } from './online/parity.ts';
export type { OnlineStatus } from './online/status.ts';
export { DIALECTS, type Dialect, type RenderOptions, renderSql } from './render/render-sql.ts';
export {
  type ColumnStatistics,
  type ReferenceStatistics,
  referenceStatistics,
  type StatisticsOptions,
} from './statistics/reference-statistics.ts';
export { type FeatureJoin, type PointInTimeJoin, pointInTimeJoin } from './training/point-in-time-join.ts';
export { type TrainingSetOptions, trainingSet } from './training/training-set.ts';
