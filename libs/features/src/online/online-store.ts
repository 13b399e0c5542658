import type { EntityKey, FeatureSetSpec, FeatureValues } from '../definition/feature-set.ts';
import type { EngineOptions } from '../duckdb/session.ts';
import { checkParity } from './check-parity.ts';
import { type MaterializeOptions, materialize } from './materialize.ts';
import type { ParityReport } from './parity.ts';
import { readValues } from './read-values.ts';
import { connectRedis, type RedisOptions } from './redis.ts';
import { type OnlineStatus, readStatus } from './status.ts';

export interface OnlineStoreOptions extends RedisOptions {
  /** First part of every key; `features` unless given. */
  readonly prefix?: string;
}

/** The latest values of entities, in Redis. */
export interface OnlineStore {
  /**
   * Writes each entity's values as of a time. They last as long as the set's `ttl` leaves them, counted from now.
   *
   * @throws PlatformError `config` where the store has newer ones.
   */
  materialize(set: FeatureSetSpec, options: MaterializeOptions): Promise<OnlineStatus>;
  /**
   * The values of some entities, in their order; null where there are none.
   *
   * @throws PlatformError `notFound` where values by this definition were never written.
   */
  read<Set extends FeatureSetSpec>(set: Set, keys: readonly EntityKey<Set>[]): Promise<FeatureValues<Set>[]>;
  /** What was written last; `undefined` where nothing was, by this definition. */
  status(set: FeatureSetSpec): Promise<OnlineStatus | undefined>;
  /**
   * Compares every value with the one that the table has for the same time.
   *
   * @throws PlatformError `notFound` where values by this definition were never written.
   */
  checkParity(set: FeatureSetSpec, options: EngineOptions & { readonly table: string }): Promise<ParityReport>;
  close(): void;
}

/**
 * Connects to an online store: `redis://host:port`.
 *
 * @throws PlatformError `config` for an address that is none of Redis, `environment` where nobody answers.
 */
export async function openOnlineStore(
  url: string,
  { prefix = 'features', ...options }: OnlineStoreOptions = {},
): Promise<OnlineStore> {
  const place = { redis: await connectRedis(url, options), prefix };
  return {
    materialize: (set, given) => materialize(place, set, given),
    read: (set, keys) => readValues(place, set, keys),
    status: (set) => readStatus(place, set),
    checkParity: (set, given) => checkParity(place, set, given),
    close: () => place.redis.close(),
  };
}
